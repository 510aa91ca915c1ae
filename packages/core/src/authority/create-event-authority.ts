// Authority on a shared backend: nothing that loosens, and no snapshot, is folded that was not signed (law 12).
import type { FeedBatch, FeedEntry } from '../ports/feed.ts'
import { comparePositions } from '../ports/position.ts'
import { deriveAudience } from '../seal/derive-keys.ts'
import type { FeedEvent } from '../state/feed-event.ts'
import { listKeys } from './list-keys.ts'
import type { OperatorKey, OperatorPrivateKey } from './operator-key.ts'
import { createSnapshotSeal } from './seal-snapshot.ts'
import { signEvent, thumbprintOf } from './sign-event.ts'
import { type Signature, verifyEvent } from './verify-event.ts'

export interface EventAuthority {
  /** Those that are listed, as they were given. */
  readonly keys: readonly OperatorKey[]
  /** Verifies the batch's signatures, each once, and opens its snapshot. @throws SnapshotRefused */
  admit(batch: FeedBatch): Promise<FeedBatch>
  /** What `admit` found. An event that was never admitted is unsigned. */
  signature(entry: FeedEntry): Signature
  sealSnapshot(state: Uint8Array): Promise<Uint8Array>
  sign<Event extends FeedEvent>(event: Event, key: OperatorPrivateKey): Promise<Event>
  /** Whether what the key signs would count now. */
  lists(key: OperatorKey): Promise<boolean>
}

export interface EventAuthorityOptions {
  readonly keys: readonly OperatorKey[]
  readonly secrets: readonly string[]
  /** The backend's. */
  readonly scope: string
}

/** @throws ConfigurationError where a key cannot be used */
export async function createEventAuthority({
  keys,
  secrets,
  scope,
}: EventAuthorityOptions): Promise<EventAuthority> {
  const listed = await listKeys(keys)
  const seal = await createSnapshotSeal(secrets, scope)
  const audiences = await Promise.all(secrets.map((secret) => deriveAudience(secret, scope)))
  const [audience = ''] = audiences
  const signatures = new WeakMap<FeedEvent, Signature>()

  async function verify({ event }: FeedEntry): Promise<void> {
    // what is no event at all is for the fold to refuse
    if ((event as FeedEvent | null)?.signature === undefined) return
    signatures.set(event, await verifyEvent(event, listed, audiences))
  }

  return {
    keys,
    async admit(batch) {
      await Promise.all(batch.events.map(verify))
      const { snapshot } = batch
      if (snapshot === undefined || snapshot.length === 0) return batch
      return { ...batch, snapshot: await seal.open(snapshot) }
    },
    signature({ event, position }) {
      const found = signatures.get(event)
      if (found === undefined) return { ok: false, why: 'unsigned' }
      if (!found.ok || found.key.until === undefined) return found
      const counts = comparePositions(position, found.key.until) <= 0
      return counts ? found : { ok: false, why: 'retired_key' }
    },
    sealSnapshot: seal.seal,
    sign: (event, key) => signEvent(event, key, audience),
    async lists(key) {
      const found = listed.get(await thumbprintOf(key))
      return found !== undefined && found.until === undefined
    },
  }
}
