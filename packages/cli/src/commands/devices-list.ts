// countersign devices list
import type { DeviceSummary } from '@countersign/core'
import type { Command, Given } from '../command.ts'
import { JSON_OUT } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { printable } from '../output/printable.ts'
import { table } from '../output/table.ts'
import { moment } from '../output/times.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'

export const devicesList: Command = {
  name: 'devices list',
  summary: 'Lists the browsers that a person chose to trust.',
  operands: [{ name: 'subject', required: true }],
  options: { ...PLACE, json: JSON_OUT },
  examples: [
    {
      line: 'countersign devices list alice',
      does: 'The devices of the subject alice, the newest first.',
    },
  ],
  happens:
    'The subject is what the identity option of createGuard gives. Devices that have ended, by their limits or because they were revoked or recalled, are not listed.',
  exits: { 4: 'the data directory or the app cannot be reached' },
  run: runDevicesList,
}

async function runDevicesList(context: Context, given: Given): Promise<ExitCode> {
  const subject = given.need('subject')
  return withOperator(context, { make: false }, async (operator) => {
    const found = await operator.call('devices.list', { subject })
    const devices = found as unknown as readonly DeviceSummary[]
    await context.result({ via: operator.via, subject, devices }, inWords(subject, devices))
    return EXIT.done
  })
}

function inWords(subject: string, devices: readonly DeviceSummary[]): string {
  if (devices.length === 0) return `${printable(subject)} has no remembered device.\n`
  const rows = devices.map(({ id, trustedAt, usedAt, endsAt }) => [
    id,
    ...[trustedAt, usedAt, endsAt].map(moment),
  ])
  return table(['device', 'trusted since', 'last used', 'ends at the latest'], rows)
}
