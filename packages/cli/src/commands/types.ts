// countersign types
import { writeFile } from 'node:fs/promises'
import { typesForPolicy } from '@countersign/policy'
import type { Command, Given } from '../command.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { readSoundPolicy } from '../policy-input.ts'

export const types: Command = {
  name: 'types',
  summary: "Writes TypeScript for a policy's actions, so that a misspelt one does not compile.",
  operands: [{ name: 'policy', required: true }],
  options: {
    module: {
      type: 'text',
      value: 'package',
      text: 'the package that the app imports createGuard from, as its package.json names it [@countersign/core]',
    },
    out: { type: 'text', value: 'file', text: 'write to this file [standard output]' },
  },
  examples: [
    {
      line: 'countersign types countersign.policy.yaml --module @countersign/express --out countersign.d.ts',
      does: 'guard("transfer.craete") is then an error in the editor, and attributes are completed in it.',
    },
  ],
  happens:
    'Checks the policy, then writes a module declaration that tells the guard which actions there are and which attributes each has. It names a package that TypeScript has to find from the file: with pnpm only what the app itself depends on is found, so name the adapter. Run it again when the policy changes. For a policy that accepts every action name it declares none.',
  exits: { 1: 'the policy has an error', 4: 'a file cannot be read or written' },
  run: runTypes,
}

async function runTypes(context: Context, given: Given): Promise<ExitCode> {
  const { compiled } = await readSoundPolicy(context, given.need('policy'))
  const text = typesForPolicy(compiled, given.text('module'))
  const out = given.text('out')
  if (out === undefined) await context.terminal.out(text)
  else {
    await writeFile(context.path(out), text)
    await context.note(`Wrote ${out}.`)
  }
  return EXIT.done
}
