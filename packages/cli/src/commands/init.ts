// countersign init
import { writeFile } from 'node:fs/promises'
import { defaultPolicyText } from '@countersign/policy'
import { CliError } from '../cli-error.ts'
import type { Command, Given } from '../command.ts'
import { JSON_OUT } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'

const FILE = 'countersign.policy.yaml'

export const init: Command = {
  name: 'init',
  summary: 'Writes a first policy to countersign.policy.yaml, with a word on each part.',
  operands: [],
  options: {
    force: { type: 'flag', text: 'write it even where the file is there already' },
    json: JSON_OUT,
  },
  examples: [{ line: 'countersign init', does: 'Writes countersign.policy.yaml here.' }],
  happens:
    'The file holds the policy that an app has that was given none: every guarded action needs a login of at most 15 minutes, or a browser that the person chose to trust. A file that is there is left alone. Nothing is put in force: give the file to createGuard as its policy, or activate it.',
  exits: { 3: 'the file is there already', 4: 'the file cannot be written' },
  run: runInit,
}

async function runInit(context: Context, given: Given): Promise<ExitCode> {
  try {
    const flag = given.flag('force') ? 'w' : 'wx'
    await writeFile(context.path(FILE), defaultPolicyText, { flag })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    throw new CliError(
      EXIT.refused,
      'file_exists',
      `${FILE} is there already, and was left alone. To write it anew: countersign init --force`,
    )
  }
  await context.result(
    { file: FILE },
    `Wrote ${FILE}. Next:
  countersign check ${FILE}
  countersign activate ${FILE} --why "our first policy"
or give it to the app: createGuard({ policy: '${FILE}', … })
`,
  )
  return EXIT.done
}
