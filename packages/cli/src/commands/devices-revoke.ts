// countersign devices revoke
import type { DeviceSummary } from '@countersign/core'
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { printable } from '../output/printable.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'

export const devicesRevoke: Command = {
  name: 'devices revoke',
  summary: "Ends the trust in one of a person's browsers.",
  operands: [
    { name: 'subject', required: true },
    { name: 'device', required: true },
  ],
  options: { why: WHY, by: BY, ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign devices revoke alice Vn3xJ0bS1mQe9rT5uYw7Zg --why "she lost the laptop"',
      does: 'That browser no longer saves alice from a step-up; devices list shows the ids.',
    },
  ],
  happens:
    'When it returns, the app honours the device no more. The person stays signed in: where a rule asks for it, they step up. It cannot be undone; they may choose to trust the browser anew after a step-up. Revoking what is not trusted is no error.',
  exits: {
    4: 'the data directory or the app cannot be reached',
    5: 'the app did not answer',
  },
  run: runDevicesRevoke,
}

async function runDevicesRevoke(context: Context, given: Given): Promise<ExitCode> {
  const subject = given.need('subject')
  const device = given.need('device')
  const signed = signedBy(context, given)
  return withOperator(context, { make: false }, async (operator) => {
    const listed = (await operator.call('devices.list', { subject })) as unknown as DeviceSummary[]
    const wasTrusted = listed.some(({ id }) => id === device)
    await operator.call('devices.revoke', { subject, device, ...signed })
    const whose = `device ${printable(device)} of ${printable(subject)}`
    await context.result(
      { via: operator.via, subject, device, wasTrusted },
      wasTrusted
        ? `Revoked: ${whose}.\n`
        : `There was nothing to end: ${whose} is not trusted. Is the id right? See: countersign devices list ${printable(subject)}\n`,
    )
    return EXIT.done
  })
}
