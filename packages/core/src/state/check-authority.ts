// Whether an event may do what it does (law 12): what loosens needs a signature that counts, for the state as it is now.
import type { EventAuthority } from '../authority/create-event-authority.ts'
import type { Unauthorized } from '../authority/verify-event.ts'
import type { FeedEntry } from '../ports/feed.ts'
import { BY_ENGINE, type FeedEvent } from './feed-event.ts'
import type { Parts } from './state-parts.ts'

/** What the fold asks of an authority. Without one, whoever may append may loosen. */
export type Signatures =
  | Pick<EventAuthority, 'signature'>
  /** What an instance found that is believed as a whole. */
  | { authority(entry: FeedEntry): Authority }

export interface Authority {
  /** A signal may take back or weaken one that holds. */
  readonly mayLoosen: boolean
  /** The thumbprint of who signed it. */
  readonly key?: string
}

export type Authorized =
  | ({ readonly ok: true } & Authority)
  | { readonly ok: false; readonly why: Unauthorized }

/** True for what always takes authority. Other signals do only where they weaken, and are else folded as what tightens. */
export function loosens({ topic, data }: Pick<FeedEvent, 'topic' | 'data'>): boolean {
  // a rollout that goes no further leaves everybody where an operator put them, and so does a proposal that is gone
  if (topic === 'policy')
    return !('kind' in data && (data.kind === 'freeze' || data.kind === 'decline'))
  if ('kind' in data) return data.kind === 'resume'
  // a source that is one no longer leaves what it told as not so
  if ('signals' in data) return data.signals.length === 0
  // what is no number counts in full
  return 'share' in data && data.share <= 0
}

export function checkAuthority(
  parts: Parts,
  entry: FeedEntry,
  signatures: Signatures | undefined,
): Authorized {
  const { event } = entry
  if (signatures === undefined) return { ok: true, mayLoosen: event.by !== BY_ENGINE }
  if ('authority' in signatures) return { ok: true, ...signatures.authority(entry) }
  if (!loosens(event) && event.signature === undefined) return { ok: true, mayLoosen: false }
  const signature = signatures.signature(entry)
  if (signature.ok && event.replaces === replacedBy(parts, event))
    return { ok: true, mayLoosen: true, key: signature.key.kid }
  if (!loosens(event)) return { ok: true, mayLoosen: false }
  return { ok: false, why: signature.ok ? 'out_of_date' : signature.why }
}

/** What an event would take the place of, as its `replaces` has to say it. */
export function replacedBy(
  parts: Pick<Parts, 'activations' | 'switches' | 'signals'>,
  event: Pick<FeedEvent, 'topic' | 'data'>,
): string {
  const NOTHING = 'none'
  const { topic, data } = event as FeedEvent
  if (topic === 'policy') return parts.activations.last() ?? NOTHING
  if (topic === 'switch') return parts.switches.find(data.target)?.position ?? NOTHING
  if (topic === 'revocation' || topic === 'source') return NOTHING
  const signal = parts.signals.exact(data)
  return signal === undefined ? NOTHING : `${signal.share}@${signal.until}`
}
