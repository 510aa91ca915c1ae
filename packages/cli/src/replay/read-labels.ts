// What operators said of decisions (`guard.feedback`): the last word on each counts.
import type { ScanOptions } from '@countersign/node'
import type { Context } from '../context.ts'
import { scanAudit } from '../read-audit.ts'
import type { Label } from './replay-tally.ts'

/** Labels come after their decisions, so they are read first, in a pass of their own over the lines that bear them. */
export async function readLabels(
  context: Context,
  { from }: Pick<ScanOptions, 'from'>,
): Promise<ReadonlyMap<string, Label>> {
  const labels = new Map<string, Label>()
  const containing = '"topic":"feedback"'
  for await (const { records } of scanAudit(context, { from, containing })) {
    for (const { entry } of records) {
      const { decision, label } = entry
      if (entry.type !== 'change' || typeof decision !== 'string') continue
      if (label === 'fraud' || label === 'legitimate') labels.set(decision, label)
    }
  }
  return labels
}
