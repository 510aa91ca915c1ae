// countersign replay
import { createReplayer } from '@countersign/core'
import type { Command, Given } from '../command.ts'
import { JSON_OUT } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { parsePercent } from '../input/parse-percent.ts'
import { parseSince } from '../input/parse-since.ts'
import { numeral } from '../output/percent.ts'
import { createProgress } from '../output/progress.ts'
import { readNamedPolicy } from '../policy-in-force.ts'
import { PLACE } from '../reach-backend.ts'
import { scanAudit } from '../read-audit.ts'
import { readLabels } from '../replay/read-labels.ts'
import { createTally, type ReplayTally } from '../replay/replay-tally.ts'
import { replayWords } from '../replay/replay-words.ts'

export const replay: Command = {
  name: 'replay',
  summary: 'Tells what a candidate would have decided on the requests that were recorded.',
  operands: [{ name: 'candidate', required: true }],
  options: {
    since: {
      type: 'text',
      value: 'duration|date',
      text: 'how far back: 7d, 12h, 2026-11-01 [everything]',
    },
    'fail-over': {
      type: 'text',
      value: 'percent',
      text: 'end with 1 where more than this share of the outcomes changes: 0.5%',
    },
    ...PLACE,
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign replay countersign.policy.yaml --since 7d',
      does: 'Decides the requests of a week again, by the file.',
    },
    {
      line: 'countersign replay countersign.policy.yaml --since 7d --fail-over 0.5%',
      does: 'For CI: ends with 1 where more than one outcome in 200 would be another.',
    },
  ],
  happens:
    'Reads the decisions in the audit log, also while an app writes to it, and decides each again on its recorded facts: how many change and how, by day, action, segment and opt-out. Where guard.feedback told which were fraud, you see which of those are caught, missed, newly caught and newly missed. The switches and stale moments of that time go on to hold, and allowances are counted along from nothing. What was masked, did not fit, or was not read by the policy of its time cannot be decided again, and is counted apart. Nothing is changed.',
  exits: {
    1: 'the candidate has a mistake, or more changes than --fail-over allows',
    4: 'a file or the audit log cannot be read',
  },
  run: runReplay,
}

async function runReplay(context: Context, given: Given): Promise<ExitCode> {
  const since = given.text('since')
  const from = since === undefined ? undefined : parseSince(since, Date.now())
  const over = given.text('fail-over')
  const most = over === undefined ? undefined : parsePercent('fail-over', over)
  const candidate = await readNamedPolicy(context, given.need('candidate'))
  const tally = await replayAll(context, createReplayer(candidate), from)
  const fails = most !== undefined && tally.changed * 100 > most * tally.decided
  const verdict = fails
    ? `More than ${most} % of the outcomes change: that is what --fail-over forbids.\n`
    : ''
  await context.result(
    { candidate: candidate.revision, since: from ?? null, ...tally },
    `${replayWords(tally, context.paint)}${context.paint.bad(verdict)}`,
  )
  return fails ? EXIT.found : EXIT.done
}

async function replayAll(
  context: Context,
  replayOne: ReturnType<typeof createReplayer>,
  from: number | undefined,
): Promise<ReplayTally> {
  const labels = await readLabels(context, { from })
  const { add, tally } = createTally()
  const progress = createProgress(context)
  let done = 0
  const containing = '"type":"decision"'
  for await (const batch of scanAudit(context, { from, containing })) {
    for (const { entry } of batch.records) {
      if (entry.type !== 'decision') continue
      add(replayOne(entry), entry.at, labels.get(entry.id ?? ''))
      done += 1
    }
    await progress.tell(batch.share, `${numeral(done)} decisions`)
  }
  await progress.end()
  return tally()
}
