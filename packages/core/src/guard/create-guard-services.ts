// What an app asks of its guard besides decisions: devices, credential events, signals, feedback, operations, health.
import type { Engine } from '../engine/engine.ts'
import { createOperator } from '../operate/create-operator.ts'
import { createDevices, type Devices } from '../operate/devices.ts'
import { type Health, readHealth } from '../operate/health.ts'
import type { Operator } from '../operate/operator.ts'
import type { CredentialChange, ObservedSignal } from '../state/feed-event.ts'
import type { Platform } from './guard-options.ts'
import { loadPolicy } from './load-policy.ts'
import type { EngineHandle } from './shared-engines.ts'

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
}

export interface GuardServices {
  readonly devices: Devices
  readonly operator: Operator
  /** A credential event: ends trust and evidence of the subject that were given before. Resolves once it holds here. */
  credentialChanged(subject: string, what: CredentialChange): Promise<void>
  /** Something was observed from outside: it counts in the very next decision. Resolves once it holds here. */
  signal(signal: SignalInput): Promise<void>
  /** Labels a recorded decision, for those who judge the policy later. */
  feedback(decision: string, label: 'fraud' | 'legitimate'): Promise<void>
  /** Resolves once the guard can decide; rejects with what stands against it. */
  ready(): Promise<void>
  /** Of the open engine; before `ready` nothing is well yet. */
  health(): Health
  /** Writes out what waits, then lets go of the backend. */
  close(): Promise<void>
}

export function engineServices(
  engine: Engine,
  platform: Platform,
): { readonly operator: Operator; readonly devices: Devices } {
  return {
    operator: createOperator(engine, (policy) => loadPolicy(policy, platform)),
    devices: createDevices(engine),
  }
}

export function createGuardServices(handle: EngineHandle, platform: Platform): GuardServices {
  async function services(): Promise<ReturnType<typeof engineServices>> {
    return engineServices(await handle.engine(), platform)
  }

  return {
    devices: {
      list: async (subject) => (await services()).devices.list(subject),
      revoke: async (subject, device, signed) =>
        (await services()).devices.revoke(subject, device, signed),
    },
    operator: {
      activate: async (policy, signed) => (await services()).operator.activate(policy, signed),
      rollback: async (signed) => (await services()).operator.rollback(signed),
      recall: async (activation, signed) => (await services()).operator.recall(activation, signed),
      suspend: async (target, signed) => (await services()).operator.suspend(target, signed),
      resume: async (target, signed) => (await services()).operator.resume(target, signed),
      history: async () => (await services()).operator.history(),
      policy: async (revision) => (await services()).operator.policy(revision),
    },
    credentialChanged: async (subject, what) =>
      credentialChanged(await handle.engine(), subject, what),
    signal: async (signal) => sendSignal(await handle.engine(), signal),
    feedback: async (decision, label) => {
      if (typeof decision !== 'string' || decision === '' || decision.length > 64)
        throw new TypeError('feedback: decision must be the id of a decision')
      if (label !== 'fraud' && label !== 'legitimate')
        throw new TypeError(`feedback: the label must be 'fraud' or 'legitimate'`)
      const engine = await handle.engine()
      await engine.recorder.record({
        type: 'change',
        at: engine.clock.now(),
        topic: 'feedback',
        decision,
        label,
      })
    },
    ready: async () => void (await handle.engine()),
    health: () => {
      const engine = handle.ifOpen()
      return engine === undefined ? NOT_OPEN : readHealth(engine)
    },
    close: () => handle.close(),
  }
}

const NOT_OPEN: Health = {
  ok: false,
  stale: true,
  feedAgeMs: null,
  revision: 'none',
  activation: null,
  suspended: [],
  audit: { ok: true, queued: 0, lost: 0, lagMs: 0 },
  warnings: ['the guard has not been opened yet: the first request does that, or ready()'],
}

const CHANGES: Readonly<Record<CredentialChange, true>> = {
  'password-changed': true,
  'password-reset': true,
  'factor-added': true,
  'factor-removed': true,
  'factor-reenrolled': true,
  'recovery-code-used': true,
  'admin-reset': true,
  deactivated: true,
  'signed-out-everywhere': true,
}

async function credentialChanged(
  engine: Engine,
  subject: string,
  what: CredentialChange,
): Promise<void> {
  if (typeof subject !== 'string' || subject === '')
    throw new TypeError('credentialChanged: the subject must be a text')
  if (!Object.hasOwn(CHANGES, what))
    throw new TypeError(
      `credentialChanged: '${what}' is none of ${Object.keys(CHANGES).join(', ')}`,
    )
  const at = engine.clock.now()
  const data = { kind: 'subject', subject, what } as const
  await engine.append({
    topic: 'revocation',
    id: crypto.randomUUID(),
    at,
    by: 'app',
    why: what,
    data,
  })
  engine.recorder.note({
    type: 'change',
    at,
    topic: 'revocation',
    subject,
    change: { kind: data.kind, what },
  })
}

async function sendSignal(
  engine: Engine,
  { code, about, share = 1, until, why }: SignalInput,
): Promise<void> {
  if (typeof code !== 'string' || !/^[a-z][a-z0-9-]{0,63}$/.test(code) || code === 'cold-start')
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
  const data = { code, about, share, until: end }
  await engine.append({
    topic: 'signal',
    id: crypto.randomUUID(),
    at,
    by: 'app',
    why: why ?? 'guard.signal',
    data,
  })
  engine.recorder.note({
    type: 'change',
    at,
    topic: 'signal',
    ...subjectOf(about),
    change: { code, share, until: end },
  })
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
