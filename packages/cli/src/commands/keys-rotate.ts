// countersign keys rotate
import type { Command, Given } from '../command.ts'
import { JSON_OUT, KEY } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { keyLine, listable, makeOperatorKey } from '../make-operator-key.ts'
import { SHARED_PLACE, sharedNotNamed } from '../reach-backend.ts'
import { readOperatorKey } from '../read-operator-key.ts'
import { readListed } from './keys-list.ts'
import { OUT } from './keys-new.ts'

export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'Makes a new operator key, and tells how the old one is retired.',
  operands: [],
  options: {
    key: { ...KEY, required: true, text: 'the private operator key (JWK) that is retired' },
    out: { ...OUT, required: true, text: 'where the new private key is written' },
    ...SHARED_PLACE,
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign keys rotate --key ann.jwk --out ann-2.jwk --postgres postgres://shop@db.example/shop',
      does: 'Writes a new key to ann-2.jwk, and prints both public keys: the old one as it is retired.',
    },
  ],
  happens:
    'Reads how far the feed is. Listed with until, the old key goes on to count for what it signed up to there, and for nothing after: one that is taken off the list would take with it what it signed, on every instance that reads the feed from its beginning. Sign nothing while the new list is deployed. Once it is, delete the old private key.',
  exits: {
    3: 'the file is there already',
    4: 'the old key or the backend cannot be reached',
  },
  run: runKeysRotate,
}

async function runKeysRotate(context: Context, given: Given): Promise<ExitCode> {
  if (context.shared === undefined) throw sharedNotNamed()
  const old = await readOperatorKey(context.path(given.need('key')))
  const { position } = await readListed(context)
  const file = given.need('out')
  const key = await makeOperatorKey(context, file)
  const retired = { ...(await listable(old)), until: position }
  await context.result(
    { file, key, retired },
    `Wrote the new private key to ${file}.
List both in every instance, and deploy; until then sign nothing:
  createGuard({ operatorKeys: [
${keyLine(retired)}
${keyLine(key)}
  ], … })
Then delete the old private key, and sign with --key ${file}.
`,
  )
  return EXIT.done
}
