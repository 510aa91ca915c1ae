// countersign compare
import { didYouMean } from '@countersign/core'
import { type Comparison, comparePolicies, DIFFERENCE_KINDS } from '@countersign/policy'
import { CliError } from '../cli-error.ts'
import type { Command, Given } from '../command.ts'
import { JSON_OUT } from '../command-options.ts'
import { compareWords } from '../compare/compare-words.ts'
import { writeFacts } from '../compare/write-facts.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { readNamedPolicy } from '../policy-in-force.ts'
import { PLACE } from '../reach-backend.ts'

export const compare: Command = {
  name: 'compare',
  summary: 'Tells for whom a candidate decides differently, before it is put in force.',
  operands: [
    { name: 'live', required: true },
    { name: 'candidate', required: true },
  ],
  options: {
    'fail-on': {
      type: 'text',
      value: 'kinds',
      text: `end with 1 where one of these is found: ${DIFFERENCE_KINDS.join(', ')}; incomplete`,
    },
    out: {
      type: 'text',
      value: 'dir',
      text: 'write the facts of each difference to a file here, for explain --facts',
    },
    ...PLACE,
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign compare live countersign.policy.yaml',
      does: 'Compares the policy in force in the data directory with the file.',
    },
    {
      line: 'countersign compare main.yaml branch.yaml --fail-on newly-waived,newly-passed',
      does: 'For CI: ends with 1 where anybody would have to prove less than before.',
    },
  ],
  happens:
    'Both policies decide every kind of situation that they can tell apart: what was proved and how long ago, devices around each limit, amounts around each limit and what was spent, signals at each level of risk, addresses in and out of each network, the moments at which opt-outs end, and each part of a condition. You are told who is newly waived, passed, challenged or denied, why, and facts that show it: explain --facts decides them so. The search is complete where conditions compare facts with constants; where they do not, or there are too many situations, it says so. Nothing is changed. live stands for the policy in force; anything else is a file.',
  exits: {
    1: 'a policy has a mistake, or --fail-on names what was found',
    4: 'a file, the data directory or the app cannot be reached, or no policy is in force',
  },
  run: runCompare,
}

async function runCompare(context: Context, given: Given): Promise<ExitCode> {
  const failOn = readFailOn(given.text('fail-on'))
  const live = await readNamedPolicy(context, given.need('live'))
  const candidate = await readNamedPolicy(context, given.need('candidate'))
  const comparison = comparePolicies(live, candidate)
  const out = given.text('out')
  const files =
    out === undefined ? new Map() : await writeFacts(context.path(out), out, comparison.differences)
  const revisions = { live: live.revision, candidate: candidate.revision }
  await context.result({ revisions, ...comparison }, compareWords(comparison, context.paint, files))
  return fails(comparison, failOn) ? EXIT.found : EXIT.done
}

const INCOMPLETE = 'incomplete'

function readFailOn(text: string | undefined): readonly string[] {
  const kinds: readonly string[] = [...DIFFERENCE_KINDS, INCOMPLETE]
  const given = text?.split(',').map((kind) => kind.trim()) ?? []
  for (const kind of given) {
    if (kinds.includes(kind)) continue
    const near = didYouMean(kind, kinds)
    throw new CliError(
      EXIT.usage,
      'fail_on_unknown',
      `--fail-on has no kind ${kind}. ${near === undefined ? `Write some of ${kinds.join(',')}.` : `Did you mean ${near}?`}`,
    )
  }
  return given
}

function fails({ differences, complete }: Comparison, failOn: readonly string[]): boolean {
  if (!complete && failOn.includes(INCOMPLETE)) return true
  return differences.some(({ kind }) => failOn.includes(kind))
}
