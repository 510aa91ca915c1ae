// countersign devices revoke-all
import type { DeviceSummary } from '@countersign/core'
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { printable } from '../output/printable.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'

export const devicesRevokeAll: Command = {
  name: 'devices revoke-all',
  summary: "Ends the trust in all of a person's browsers.",
  operands: [{ name: 'subject', required: true }],
  options: { why: WHY, by: BY, ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign devices revoke-all alice --why "her bag was stolen"',
      does: 'No browser that alice trusted until now saves her from a step-up.',
    },
  ],
  happens:
    'One event ends them all, also those that are being renewed at this moment. The person stays signed in, and may trust a browser anew after a step-up. It cannot be undone.',
  exits: {
    4: 'the data directory or the app cannot be reached',
    5: 'the app did not answer',
  },
  run: runDevicesRevokeAll,
}

async function runDevicesRevokeAll(context: Context, given: Given): Promise<ExitCode> {
  const subject = given.need('subject')
  const signed = signedBy(context, given)
  return withOperator(context, { make: false }, async (operator) => {
    const listed = (await operator.call('devices.list', { subject })) as unknown as DeviceSummary[]
    await operator.call('devices.revoke-all', { subject, ...signed })
    const ids = listed.map(({ id }) => id)
    await context.result(
      { via: operator.via, subject, revoked: ids },
      ids.length === 0
        ? `${printable(subject)} had no remembered device. Is the subject right?\n`
        : `Revoked: ${ids.length} of ${printable(subject)}, ${ids.join(', ')}.\n`,
    )
    return EXIT.done
  })
}
