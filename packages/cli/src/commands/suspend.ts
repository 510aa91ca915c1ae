// countersign suspend
import type { SuspensionSummary } from '@countersign/core'
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { parseUntil } from '../input/parse-until.ts'
import { printable } from '../output/printable.ts'
import { moment } from '../output/times.ts'
import { PLACE } from '../reach-backend.ts'
import { type ReachedOperator, withOperator } from '../reach-operator.ts'

export const suspend: Command = {
  name: 'suspend',
  summary: 'Switches opt-outs off: people have to step up meanwhile.',
  operands: [{ name: 'target', required: true }],
  options: {
    why: WHY,
    until: {
      type: 'text',
      value: 'date|duration',
      text: 'when it ends by itself: 2026-12-01 (to the end of that day, UTC), 2026-12-01T10:00:00Z, 90m, 12h or 7d [until it is resumed]',
    },
    by: BY,
    ...PLACE,
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign suspend opt-out:remembered-device --until 12h --why "stolen cookies reported"',
      does: 'For 12 hours no remembered device saves anybody from a step-up.',
    },
    {
      line: 'countersign suspend threat:cookie-theft --why "a stealer is going round"',
      does: 'Every opt-out that the policy says is exposed to the threat is switched off.',
    },
    {
      line: 'countersign suspend opt-outs --why "incident 2026-31"',
      does: 'No opt-out of any kind holds until countersign resume opt-outs.',
    },
  ],
  happens:
    'A suspension only ever tightens: it switches off opt-outs, never step-up. The target is opt-outs (all of them), opt-out:<name>, rule:<id>, segment:<name>, threat-model:<name> (those that are reached through it) or threat:<name> (those that the policy says are exposed to it). Nothing that was granted is lost: what has not ended meanwhile holds again once it is resumed.',
  exits: {
    3: 'nothing of that name is in the policy in force, or the end lies in the past',
    4: 'the data directory or the app cannot be reached',
    5: 'the app did not answer',
  },
  run: runSuspend,
}

async function runSuspend(context: Context, given: Given): Promise<ExitCode> {
  const target = given.need('target')
  const signed = signedBy(context, given)
  const end = given.text('until')
  const until = end === undefined ? undefined : parseUntil(end, Date.now())
  const asked = { target, ...signed, ...(until === undefined ? {} : { until }) }
  return withOperator(context, { make: false }, async (operator) => {
    await operator.call('suspend', asked)
    const holds = await endThatHolds(operator, target, until)
    const ends =
      holds === undefined
        ? `until: countersign resume ${printable(target)} --why "…"`
        : `until ${moment(holds)}, or until it is resumed.`
    const longer =
      holds === until
        ? ''
        : 'It was suspended for longer already, and a second suspension never ends the first one earlier.\n'
    await context.result(
      { via: operator.via, suspended: target, until: holds ?? null },
      `Suspended: ${printable(target)}, ${ends}\n${longer}`,
    )
    return EXIT.done
  })
}

/** What was asked for is not always what holds: an earlier suspension that lasts longer goes on. */
async function endThatHolds(
  operator: ReachedOperator,
  target: string,
  asked: number | undefined,
): Promise<number | undefined> {
  const { suspensions } = (await operator.call('history')) as unknown as {
    readonly suspensions: readonly SuspensionSummary[]
  }
  const found = suspensions.find((one) => one.target === target)
  return found === undefined ? asked : found.until
}
