// countersign keys list
import type { OperatorKey, Position } from '@countersign/core'
import { CliError } from '../cli-error.ts'
import type { Command, Given } from '../command.ts'
import { JSON_OUT, KEY } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { keyLine, listable } from '../make-operator-key.ts'
import { printable } from '../output/printable.ts'
import { SHARED_PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'
import { readOperatorKey } from '../read-operator-key.ts'

export interface Listed {
  readonly keys: readonly OperatorKey[]
  /** How far the feed is. */
  readonly position: Position
}

export const keysList: Command = {
  name: 'keys list',
  summary: 'Shows the operator keys that the running instances list, and the public part of yours.',
  operands: [],
  options: {
    key: { ...KEY, text: 'a private operator key (JWK), of which the public part is shown' },
    ...SHARED_PLACE,
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign keys list --key ann.jwk',
      does: 'Prints the public part of the key, as createGuard lists it.',
    },
    {
      line: 'countersign keys list --postgres postgres://shop@db.example/shop',
      does: 'Prints the keys that the instance listed which started last, and up to where those count that were retired.',
    },
  ],
  happens:
    'Each instance leaves its list on the backend when it starts, sealed with the secret of the app. Of a private key nothing but its public part is shown.',
  exits: { 4: 'the key or the backend cannot be reached' },
  run: runKeysList,
}

async function runKeysList(context: Context, _given: Given): Promise<ExitCode> {
  const { keyFile, shared } = context
  if (keyFile === undefined && shared === undefined) throw nothingNamed()
  const own = keyFile === undefined ? undefined : await listable(await readOperatorKey(keyFile))
  const listed = shared === undefined ? undefined : await readListed(context)
  await context.result(
    { ...(own === undefined ? {} : { own }), ...listed },
    `${own === undefined ? '' : `${keyLine(own)}\n`}${listed === undefined ? '' : inWords(listed, own)}`,
  )
  return EXIT.done
}

export function readListed(context: Context): Promise<Listed> {
  return withOperator(
    context,
    { make: false },
    async (operator) => (await operator.call('keys.list')) as unknown as Listed,
  )
}

function inWords({ keys }: Listed, own: OperatorKey | undefined): string {
  const rows = keys.map(({ kid, x, y, until }) => {
    const counts = until === undefined ? 'counts' : `retired: counts up to ${printable(until)}`
    const whose = own !== undefined && x === own.x && y === own.y ? ', your own' : ''
    return `  ${printable(kid ?? '')}  ${counts}${whose}\n`
  })
  return rows.length === 0
    ? 'No instance has listed a key yet.\n'
    : `Listed by the instances:\n${rows.join('')}`
}

function nothingNamed(): CliError {
  return new CliError(
    EXIT.usage,
    'no_keys_named',
    'Name a key with --key <file>, or what instances share with --postgres <url>, and --redis <url>. On one machine there are no operator keys: who may write to the control socket may loosen.',
  )
}
