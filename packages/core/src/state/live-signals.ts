// Signals that were heard and still hold, by whom they are about.
import type { ObservedSignal } from './feed-event.ts'
import { joinLists, type LongList, mapList } from './long-list.ts'
import { REVOCATIONS_KEPT_MS } from './retention.ts'
import { createSignalsByName, type SignalsByName } from './signals-by-name.ts'
import { createUnnamedSignals } from './unnamed-signals.ts'

/** Whom a request is about, as far as it is known. */
export interface About {
  readonly subject?: string | undefined
  readonly session?: string | undefined
  readonly device?: string | undefined
  readonly address?: string | undefined
}

export interface LiveSignal {
  /** 0 to 1: how much of its weight it adds. */
  readonly share: number
  /** Milliseconds since the epoch. */
  readonly until: number
  /** When it was heard last: what its half-life counts from. In state of older versions it is missing, and it never fades. */
  readonly since?: number
  /** For a session or a device: whose it is. */
  readonly subject?: string
  /** Who told it from outside; absent: the app or an instance. */
  readonly source?: string
  /** When it was so, by the source's clock. */
  readonly observedAt?: number
}

const KINDS = ['subject', 'session', 'device', 'address'] as const
type Kind = (typeof KINDS)[number]
export type LiveSignalsJson = readonly (readonly [Kind, string, string, LiveSignal])[]

/** Deleted only this long after its end: a clock that jumps forth and back loses none. */
const SWEEP_AFTER_MS = 3_600_000
/** No subject has this name: it is empty. */
const EVERYBODY = ''

export interface LiveSignals {
  /** The strongest that is about any of them and holds at `at`; `halfLifeMs`: its share halves each time so much passes. */
  find(code: string, about: About, at: number, halfLifeMs?: number): LiveSignal | undefined
  /** The one that a signal of this code about exactly this would take the place of, also where it is over. */
  exact(signal: Pick<ObservedSignal, 'code' | 'about' | 'source'>): LiveSignal | undefined
  /**
   * Whether one is about a session, a device or an address that the request does not name, and may be this one's.
   */
  mayHold(code: string, about: About, at: number): boolean
  /**
   * Of what holds only that of the same source is changed. `onlyTightens`: an instance sent it by itself, so it takes
   * nothing back and weakens nothing that holds (law 12).
   */
  fold(signal: ObservedSignal, at: number, onlyTightens: boolean): void
  /** Looks at a few and drops those that are long over. */
  sweep(now: number): void
  copy(): LongList<LiveSignalsJson[number]>
}

export function createLiveSignals(json: LiveSignalsJson = []): LiveSignals {
  const kinds: Readonly<Record<Kind, SignalsByName>> = {
    subject: createSignalsByName(),
    session: createSignalsByName(),
    device: createSignalsByName(),
    address: createSignalsByName(),
  }
  /** A source has one name in a million signals: it is kept once. */
  const sources = new Map<string, string>()
  const unnamed = {
    session: createUnnamedSignals(),
    device: createUnnamedSignals(),
    address: createUnnamedSignals(),
  }
  function keep(kind: Kind, name: string, code: string, signal: LiveSignal): void {
    kinds[kind].put(code, name, signal)
    if (kind !== 'subject') unnamed[kind].note(signal.subject ?? EVERYBODY, code, signal.until)
  }
  for (const [kind, name, code, signal] of json) keep(kind, name, code, signal)

  return {
    find(code, about, at, halfLifeMs) {
      let best: LiveSignal | undefined
      for (const kind of KINDS)
        for (const one of kinds[kind].find(code, about[kind]))
          best = stronger(best, faded(ofSubject(one, about), at, halfLifeMs), at)
      return best
    },
    exact({ code, about, source }) {
      const [kind, name, subject] = readAbout(about)
      return kinds[kind].findOf(code, name, { source, ...subject })
    },
    mayHold(code, about, at) {
      const whose = about.subject ?? ''
      return (
        (about.session === undefined && unnamed.session.mayHold(whose, code, at)) ||
        (about.device === undefined && unnamed.device.mayHold(whose, code, at)) ||
        (about.address === undefined && unnamed.address.mayHold(EVERYBODY, code, at))
      )
    },
    fold(observed, at, byEngine) {
      const [kind, name, subject] = readAbout(observed.about)
      const { code, source, observedAt } = observed
      const teller = { source, ...subject }
      const known = kinds[kind].findOf(code, name, teller)
      const onlyTightens =
        byEngine || observed.onlyTightens === true || isOlder(observedAt, known?.observedAt)
      const before = onlyTightens && known !== undefined && at < known.until ? known : undefined
      const share = Math.max(readShare(observed.share), before?.share ?? 0)
      if (share === 0) {
        if (!onlyTightens) kinds[kind].remove(code, name, teller)
        return
      }
      // an end that is no number must not end it at once (law 1)
      const end = Number.isFinite(observed.until) ? observed.until : at + REVOCATIONS_KEPT_MS
      const until = Math.max(end, before?.until ?? end)
      const moment = isOlder(observedAt, known?.observedAt) ? known?.observedAt : observedAt
      const told = {
        ...(source === undefined ? {} : { source: once(sources, source) }),
        ...(moment === undefined ? {} : { observedAt: moment }),
      }
      keep(kind, name, code, Object.freeze({ share, until, since: at, ...subject, ...told }))
    },
    sweep(now) {
      for (const kind of KINDS) kinds[kind].sweep(now - SWEEP_AFTER_MS)
      for (const one of Object.values(unnamed)) one.sweep(now - SWEEP_AFTER_MS)
    },
    copy: () =>
      joinLists(
        KINDS.map((kind) => mapList(kinds[kind].copy(), (one) => [[kind, ...one] as const])),
      ),
  }
}

function once(names: Map<string, string>, name: string): string {
  const known = names.get(name)
  if (known === undefined) names.set(name, name)
  return known ?? name
}

/** Somebody else's session or device of the same name does not count; where the subject is not known it does. */
function ofSubject(signal: LiveSignal, about: About): LiveSignal | undefined {
  if (signal.subject === undefined || about.subject === undefined) return signal
  return signal.subject === about.subject ? signal : undefined
}

/** Said later, but about an earlier moment: deliveries overtake each other. */
function isOlder(observedAt: number | undefined, known: number | undefined): boolean {
  return observedAt !== undefined && known !== undefined && observedAt < known
}

/** A clock that went back makes nothing older than it is, and nothing weaker. */
function faded(
  signal: LiveSignal | undefined,
  at: number,
  halfLifeMs: number | undefined,
): LiveSignal | undefined {
  if (signal?.since === undefined || halfLifeMs === undefined || at <= signal.since) return signal
  return { ...signal, share: signal.share * 2 ** ((signal.since - at) / halfLifeMs) }
}

function stronger(
  best: LiveSignal | undefined,
  other: LiveSignal | undefined,
  at: number,
): LiveSignal | undefined {
  if (other === undefined || at >= other.until) return best
  if (best === undefined || other.share > best.share) return other
  return other.share === best.share && other.until > best.until ? other : best
}

function readAbout(about: ObservedSignal['about']): [Kind, string, { subject?: string }] {
  if ('session' in about) return ['session', about.session, { subject: about.subject }]
  if ('device' in about) return ['device', about.device, { subject: about.subject }]
  if ('address' in about) return ['address', about.address, {}]
  return ['subject', about.subject, {}]
}

/** A share that is no number counts in full. */
function readShare(share: number): number {
  return Number.isFinite(share) ? Math.min(Math.max(share, 0), 1) : 1
}
