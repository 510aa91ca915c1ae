// A batch of entries as records of a chain, each with its number and hash.
import type { ChainEnd, SealedRecord } from '../ports/audit-log.ts'
import type { BoundEntry } from './bound-entry.ts'
import { hashedText, type Sha256, sealRecord } from './chain-records.ts'

/** `before`: where the chain ends now. */
export async function sealRecords(
  chain: string,
  before: ChainEnd,
  entries: readonly BoundEntry[],
  sha256: Sha256,
): Promise<SealedRecord[]> {
  const sealed: SealedRecord[] = []
  let last = before
  for (const { entry, text } of entries) {
    const computed = sha256(hashedText(last.hash, chain, last.seq + 1, text))
    // not awaited where it is there already: a turn of the loop for each would cost more than the hash
    const hash = typeof computed === 'string' ? computed : await computed
    const record = sealRecord(chain, last, entry, text, hash)
    sealed.push(record)
    last = record
  }
  return sealed
}
