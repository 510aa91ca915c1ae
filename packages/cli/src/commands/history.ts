// countersign history
import type {
  ActivationSummary,
  ProposalSummary,
  RolloutSummary,
  SuspensionSummary,
} from '@countersign/core'
import { shortRevision } from '../activation-words.ts'
import type { Command, Given } from '../command.ts'
import { JSON_OUT } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { table } from '../output/table.ts'
import { moment } from '../output/times.ts'
import { withOperator } from '../reach-operator.ts'

interface History {
  readonly activations: readonly ActivationSummary[]
  readonly suspensions: readonly SuspensionSummary[]
  readonly rollouts: readonly RolloutSummary[]
  readonly proposals: readonly ProposalSummary[]
}

import { PLACE } from '../reach-backend.ts'

export const history: Command = {
  name: 'history',
  summary: 'Shows which policies were in force or tried, by whom and why, and what is suspended.',
  operands: [],
  options: { ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign history',
      does: 'Lists the activations, the newest first; * marks the one in force.',
    },
  ],
  happens:
    'Asks the running app, or reads the data directory. The first column is the position of the activation, by which rollback --to and recall name it. Proposals that wait, rollouts and the suspensions that have not ended follow.',
  exits: { 4: 'the data directory or the app cannot be reached' },
  run: runHistory,
}

async function runHistory(context: Context, _given: Given): Promise<ExitCode> {
  return withOperator(context, { make: false }, async (operator) => {
    const found = (await operator.call('history')) as unknown as History
    await context.result({ via: operator.via, ...found }, inWords(context, found))
    return EXIT.done
  })
}

function inWords(
  { paint }: Context,
  { activations, suspensions, rollouts, proposals }: History,
): string {
  if (activations.length === 0)
    return 'No policy was ever in force. Put one in force: countersign activate <policy> --why "…"\n'
  const rows = activations.map((one) => [
    one.inForce ? '*' : ' ',
    one.activation,
    one.name,
    shortRevision(one.revision),
    `${one.kind}${one.recalled ? ', recalled' : ''}`,
    moment(one.at),
    approvedOr(one),
    one.why,
  ])
  const head = [' ', 'activation', 'policy', 'revision', 'what', 'when', 'by', 'why']
  return `${table(head, rows)}\n${waiting(paint.heading, proposals)}${tried(paint.heading, rollouts)}${suspended(paint.heading, suspensions)}`
}

function approvedOr({ by, approvedBy }: ActivationSummary | RolloutSummary): string {
  return approvedBy === undefined ? by : `${by}, approved by ${approvedBy}`
}

function waiting(heading: (text: string) => string, proposals: readonly ProposalSummary[]): string {
  if (proposals.length === 0) return ''
  const rows = proposals.map((one) => [
    one.proposal,
    one.name,
    shortRevision(one.revision),
    one.kind,
    moment(one.at),
    one.by,
    one.why,
  ])
  const head = ['proposal', 'policy', 'revision', 'to', 'since', 'by', 'why']
  return `${heading('Waiting for a second person')}\n${table(head, rows)}\n`
}

function tried(heading: (text: string) => string, rollouts: readonly RolloutSummary[]): string {
  if (rollouts.length === 0) return ''
  const rows = rollouts.map((one) => [
    one.rollout,
    one.name,
    shortRevision(one.revision),
    one.kind === 'shadow' ? 'shadow' : one.steps.map(({ percent }) => `${percent} %`).join(', '),
    `${one.ended ?? (one.frozenAt === undefined ? 'tried now' : 'frozen')}${one.recalled ? ', recalled' : ''}`,
    moment(one.at),
    approvedOr(one),
    one.why,
  ])
  const head = ['rollout', 'policy', 'revision', 'share', 'state', 'since', 'by', 'why']
  return `${heading('Rollouts')}\n${table(head, rows)}\n`
}

function suspended(
  heading: (text: string) => string,
  suspensions: readonly SuspensionSummary[],
): string {
  if (suspensions.length === 0) return 'Nothing is suspended.\n'
  const rows = suspensions.map(({ target, at, until, by, why }) => [
    target,
    moment(at),
    until === undefined ? 'resumed' : moment(until),
    by,
    why,
  ])
  return `${heading('Suspended')}\n${table(['target', 'since', 'until', 'by', 'why'], rows)}`
}
