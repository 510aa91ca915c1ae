// A signal that the app observed itself, checked and appended: it counts in the very next decision.
import { didYouMean } from '../did-you-mean.ts'
import type { Engine } from '../engine/engine.ts'
import { COLD_START } from '../risk/assess-risk.ts'
import type { ObservedSignal } from '../state/feed-event.ts'

/** How long a signal holds that does not say so itself. */
const SIGNAL_MS = 24 * 60 * 60 * 1000
const LONGEST_SIGNAL_MS = 366 * 24 * 60 * 60 * 1000

export interface SignalInput {
  readonly code: string
  readonly about: ObservedSignal['about']
  /** 0 to 1 of its weight; 0 takes it back. @default 1 */
  readonly share?: number | undefined
  /** @default in 24 hours */
  readonly until?: Date | undefined
  readonly why?: string | undefined
  /** Who told it, where it came from outside. Each source takes back its own alone, and the app its own. */
  readonly source?: string | undefined
  /** True: it takes nothing back and weakens nothing that holds of the same source. @default false */
  readonly onlyTightens?: boolean | undefined
  /** When it was so. One that is older than what holds of the same source only tightens. */
  readonly observedAt?: Date | undefined
}

/** @throws TypeError where a part of it is none */
export async function sendSignal(
  engine: Engine,
  { code, about, share = 1, until, why, source, onlyTightens, observedAt }: SignalInput,
): Promise<void> {
  if (typeof code !== 'string' || !/^[a-z][a-z0-9-]{0,63}$/.test(code) || code === COLD_START)
    throw new TypeError(`signal: code must be words in lower case with hyphens, and not cold-start`)
  if (!(share >= 0 && share <= 1)) throw new TypeError('signal: share must be a number from 0 to 1')
  if (!isAbout(about))
    throw new TypeError(
      'signal: about must be { subject }, { session, subject }, { device, subject } or { address }, in texts',
    )
  const at = engine.clock.now()
  const end = until?.getTime() ?? at + SIGNAL_MS
  if (!(end > at && end <= at + LONGEST_SIGNAL_MS))
    throw new TypeError('signal: until must lie within the next year')
  if (source !== undefined && (typeof source !== 'string' || source === '' || source.length > 500))
    throw new TypeError('signal: source must be a text of at most 500 characters')
  const since = observedAt?.getTime()
  if (since !== undefined && !Number.isFinite(since))
    throw new TypeError('signal: observedAt must be a date')
  warnIfUnnamed(engine, code)
  const data = {
    code,
    about,
    share,
    until: end,
    ...(source === undefined ? {} : { source }),
    ...(onlyTightens === true ? { onlyTightens } : {}),
    ...(since === undefined ? {} : { observedAt: since }),
  }
  await engine.append({
    topic: 'signal',
    id: crypto.randomUUID(),
    at,
    by: source ?? 'app',
    why: why ?? 'guard.signal',
    data,
  })
  engine.recorder.note({
    type: 'change',
    at,
    topic: 'signal',
    ...subjectOf(about),
    change: { code, share, until: end, ...(source === undefined ? {} : { source }) },
  })
}

/** It is kept all the same: another policy may name it. But most likely it is misspelt, and no rule will ever see it. */
function warnIfUnnamed(engine: Engine, code: string): void {
  const current = engine.current()
  if (current === undefined) return
  const named = [...current.policy.signals, ...(engine.trying()?.prepared.policy.signals ?? [])]
  if (named.includes(code)) return
  const told = toldOf(current)
  // codes may come from outside: neither the log nor this list grows with them
  if (told.has(code) || told.size >= MOST_TOLD) return
  told.add(code)
  const meant = didYouMean(code, named)
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`
  engine.logger.warn({ signal: code }, `the policy in force names no signal ${code}.${hint}`)
}

const toldCodes = new WeakMap<object, Set<string>>()
const MOST_TOLD = 100

/** Those that were told since this activation came into force: the next policy may name them, or miss them again. */
function toldOf(current: object): Set<string> {
  const told = toldCodes.get(current) ?? new Set()
  toldCodes.set(current, told)
  return told
}

/** Exactly one of the four: a signal about nobody would be lost without a word. */
function isAbout(about: unknown): about is ObservedSignal['about'] {
  if (typeof about !== 'object' || about === null) return false
  const names = Object.keys(about).sort().join(' ')
  return (
    ['subject', 'session subject', 'device subject', 'address'].includes(names) &&
    Object.values(about).every((one) => typeof one === 'string' && one !== '')
  )
}

function subjectOf(about: ObservedSignal['about']): { readonly subject?: string } {
  return 'subject' in about ? { subject: about.subject } : {}
}
