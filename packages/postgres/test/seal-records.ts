// Records as the recorder makes them.
import {
  type AuditEntry,
  type ChainEnd,
  EMPTY_CHAIN,
  entryText,
  hashedText,
  type SealedRecord,
  sha256Subtle,
} from '@countersign/core'

export async function sealRecords(
  chain: string,
  entries: readonly AuditEntry[],
  after: ChainEnd = EMPTY_CHAIN,
): Promise<SealedRecord[]> {
  const sealed: SealedRecord[] = []
  let { seq, hash: previous } = after
  for (const entry of entries) {
    seq += 1
    const text = entryText(entry)
    const hash = await sha256Subtle(hashedText(previous, chain, seq, text))
    sealed.push({ chain, seq, previous, hash, entry, text })
    previous = hash
  }
  return sealed
}

export function decisions(count: number, subject = 'alice'): AuditEntry[] {
  return Array.from({ length: count }, (_, index) => ({
    type: 'decision',
    at: 1_000 + index,
    id: `d${index}`,
    subject,
  }))
}
