// countersign audit check
import {
  type AuditEntry,
  type CompiledPolicy,
  createDeriver,
  type Underivable,
} from '@countersign/core'
import type { Command, Given } from '../command.ts'
import { JSON_OUT } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { parseSince } from '../input/parse-since.ts'
import { numeral } from '../output/percent.ts'
import { printable } from '../output/printable.ts'
import { createProgress } from '../output/progress.ts'
import { counted } from '../policy-input.ts'
import { PLACE } from '../reach-backend.ts'
import { type ReachedOperator, withOperator } from '../reach-operator.ts'
import { scanAudit } from '../read-audit.ts'

export const auditCheck: Command = {
  name: 'audit check',
  summary: 'Derives every recorded decision again, by the policy that made it.',
  operands: [],
  options: {
    since: {
      type: 'text',
      value: 'duration|date',
      text: 'how far back: 7d, 12h, 2026-11-01 [everything]',
    },
    ...PLACE,
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign audit check --since 30d',
      does: 'Says that each decision of 30 days follows from its record, or which do not.',
    },
  ],
  happens:
    'Each record has the facts that its policy read, and the policy of its revision is in the history of the app: together they give the outcome, the opt-outs it stood on, every condition and the risk again, and all of it is held against the record. A record whose facts were masked, did not fit, or whose policy is no longer in the history cannot be derived, and is counted apart. That nobody changed a record is for audit verify.',
  exits: {
    1: 'a decision does not follow from its record',
    4: 'the log, the data directory or the app cannot be reached',
  },
  run: runAuditCheck,
}

interface Checked {
  same: number
  readonly other: {
    readonly id: string
    readonly at: number
    readonly differs: readonly string[]
  }[]
  /** How many in all: `other` has the first ones only. */
  others: number
  readonly underivable: Partial<Record<Underivable | 'policy_unknown', number>>
}

const SHOWN = 20

const WHY: Readonly<Record<Underivable | 'policy_unknown', string>> = {
  masked: 'a fact was masked',
  too_large: 'the facts did not fit into the record',
  not_recorded: 'a fact was not recorded',
  other_evaluator: 'recorded by another version',
  policy_unknown: 'their policy is no longer in the history',
}

async function runAuditCheck(context: Context, given: Given): Promise<ExitCode> {
  const since = given.text('since')
  const from = since === undefined ? undefined : parseSince(since, Date.now())
  const checked = await withOperator(context, { make: false }, (operator) =>
    checkAll(context, operator, from),
  )
  await context.result({ ok: checked.others === 0, ...checked }, inWords(context, checked))
  return checked.others === 0 ? EXIT.done : EXIT.found
}

async function checkAll(
  context: Context,
  operator: ReachedOperator,
  from: number | undefined,
): Promise<Checked> {
  const checked: Checked = { same: 0, other: [], others: 0, underivable: {} }
  const derivers = new Map<string, ReturnType<typeof createDeriver> | undefined>()
  const progress = createProgress(context)
  const containing = '"type":"decision"'
  for await (const batch of scanAudit(context, { from, containing })) {
    for (const { entry } of batch.records) {
      if (entry.type !== 'decision') continue
      const revision = String(entry['revision'])
      if (!derivers.has(revision)) derivers.set(revision, await deriverOf(operator, revision))
      note(checked, entry, derivers.get(revision)?.(entry))
    }
    await progress.tell(batch.share, `${numeral(checked.same)} decisions`)
  }
  await progress.end()
  return checked
}

async function deriverOf(operator: ReachedOperator, revision: string) {
  const policy = await operator.call('policy', { revision })
  return policy === null ? undefined : createDeriver(policy as unknown as CompiledPolicy)
}

type MaybeDerived = ReturnType<ReturnType<typeof createDeriver>> | undefined

function note(checked: Checked, entry: AuditEntry, derived: MaybeDerived): void {
  if (derived?.is === 'same') checked.same += 1
  else if (derived?.is === 'other') {
    checked.others += 1
    const { id = '', at } = entry
    if (checked.other.length < SHOWN) checked.other.push({ id, at, differs: derived.differs })
  } else {
    const why = derived?.why ?? 'policy_unknown'
    checked.underivable[why] = (checked.underivable[why] ?? 0) + 1
  }
}

function inWords({ paint }: Context, { same, other, others, underivable }: Checked): string {
  const apart = Object.entries(underivable)
    .map(([why, count]) => `Not derivable: ${numeral(count)} (${WHY[why as keyof typeof WHY]}).\n`)
    .join('')
  const good = `${counted(same, 'decision')} ${same === 1 ? 'follows from its record' : 'follow from their records'}.`
  if (others === 0) return `${paint.good(good)}\n${apart}`
  const lines = other.flatMap(({ id, differs }) => [
    `  ${printable(id)}`,
    ...differs.map((one) => `    ${printable(one)}`),
  ])
  const more = others > other.length ? `  and ${numeral(others - other.length)} more\n` : ''
  const bad = paint.bad(
    `${counted(others, 'decision')} ${others === 1 ? 'does' : 'do'} not follow:`,
  )
  return `${good}\n${bad}\n${lines.join('\n')}\n${more}${apart}`
}
