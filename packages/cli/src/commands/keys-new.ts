// countersign keys new
import type { Command, Given, Option } from '../command.ts'
import { JSON_OUT } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { keyLine, makeOperatorKey } from '../make-operator-key.ts'

export const OUT: Option = {
  type: 'text',
  value: 'file',
  text: 'where the private key is written, for its owner alone to read [operator.jwk]',
}

const OUT_DEFAULT = 'operator.jwk'

export const keysNew: Command = {
  name: 'keys new',
  summary: 'Makes an operator key: who holds it may loosen on a shared backend.',
  operands: [],
  options: { out: OUT, json: JSON_OUT },
  examples: [
    {
      line: 'countersign keys new --out ann.jwk',
      does: 'Writes the private key to ann.jwk, and prints the public one to list in createGuard.',
    },
  ],
  happens:
    'On a backend that instances share, whoever may write to the server could put a policy in force. So the instances take an activation, a rollback or the end of a suspension only where it is signed by a key that createGuard lists as operatorKeys. The private key (P-256) is written with mode 0600 and is given to no app: each operator has one of their own. A file that is there is left alone.',
  exits: { 3: 'the file is there already', 4: 'the file cannot be written' },
  run: runKeysNew,
}

async function runKeysNew(context: Context, given: Given): Promise<ExitCode> {
  const file = given.text('out') ?? OUT_DEFAULT
  const key = await makeOperatorKey(context, file)
  await context.result(
    { file, key },
    `Wrote the private key to ${file}. Keep it with its operator, and give it to no app.
List the public key in every instance, and deploy:
  createGuard({ operatorKeys: [
${keyLine(key)}
  ], … })
Then sign with it: countersign activate <policy> --key ${file} --why "…"
`,
  )
  return EXIT.done
}
