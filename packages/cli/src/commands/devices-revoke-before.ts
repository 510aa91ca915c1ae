// countersign devices revoke-before
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { parseSince } from '../input/parse-since.ts'
import { moment } from '../output/times.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'

export const devicesRevokeBefore: Command = {
  name: 'devices revoke-before',
  summary: "Ends the trust in everybody's browsers that are remembered since before a moment.",
  operands: [{ name: 'moment', required: true }],
  options: { why: WHY, by: BY, ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign devices revoke-before 2026-11-01 --why "cookies of October were stolen"',
      does: 'Whoever remembered a browser before the 1st of November, 00:00 UTC, steps up again.',
    },
    {
      line: 'countersign devices revoke-before now --why "incident 2026-31"',
      does: 'No browser that is remembered now is believed any more.',
    },
  ],
  happens:
    'The moment is now, a date (from 00:00 UTC), a moment (2026-12-01T10:00:00Z) or a length of time back from now (12h, 7d). What counts is when the browser was first remembered, however often it was used since. However many there are, it is one event that every request compares with. It cannot be undone; people may trust a browser anew after a step-up.',
  exits: {
    3: 'the moment is still to come',
    4: 'the data directory or the app cannot be reached',
    5: 'the app did not answer',
  },
  run: runDevicesRevokeBefore,
}

async function runDevicesRevokeBefore(context: Context, given: Given): Promise<ExitCode> {
  const now = Date.now()
  const text = given.need('moment')
  const before = text === 'now' ? now : parseSince(text, now, 'moment')
  const signed = signedBy(context, given)
  return withOperator(context, { make: false }, async (operator) => {
    await operator.call('devices.revoke-before', { before, ...signed })
    await context.result(
      { via: operator.via, before },
      `Revoked: every device that was trusted before ${moment(before)}.\n`,
    )
    return EXIT.done
  })
}
