// What an app asks of its guard besides decisions: devices, credential events, signals, feedback, operations, health.
import type { OperatorPrivateKey } from '../authority/operator-key.ts'
import type { Engine } from '../engine/engine.ts'
import { createOperator } from '../operate/create-operator.ts'
import { createDevices, type Devices } from '../operate/devices.ts'
import { type Health, readHealth } from '../operate/health.ts'
import type { Operator, Signed } from '../operate/operator.ts'
import { createTargetList, type TargetList } from '../operate/targets.ts'
import type { CredentialChange } from '../state/feed-event.ts'
import { NO_POLICY_IN_FORCE } from './activate-at-start.ts'
import { appStorage, type Storage } from './app-storage.ts'
import { credentialChanged, sessionEnded } from './end-credentials.ts'
import type { Platform } from './guard-options.ts'
import { loadPolicy } from './load-policy.ts'
import { noteSource, type SourceInput } from './note-source.ts'
import { type Records, recordsOf } from './records-of.ts'
import { type SignalInput, sendSignal } from './send-signal.ts'
import type { EngineHandle } from './shared-engines.ts'

export interface GuardServices {
  readonly devices: Devices
  /** The trusted targets of each person. */
  readonly targets: TargetList
  readonly operator: Operator
  /** A credential event: ends trust and evidence of the subject that were given before. Resolves once it holds here. */
  credentialChanged(subject: string, what: CredentialChange, signed?: Signed): Promise<void>
  /** The evidence of this session ends, and no device is trusted in it any more. Resolves once it holds here. */
  sessionEnded(subject: string, session: string, signed?: Signed): Promise<void>
  /** Something was observed from outside: it counts in the very next decision. Resolves once it holds here. */
  signal(signal: SignalInput): Promise<void>
  /**
   * A source of signals is alive: what it has not said counts as not so, until it has been quiet for too long. Then its
   * signals are unknown to every decision, on every instance. Without signals it is a source no longer.
   */
  heardFrom(source: SourceInput): Promise<void>
  /** Keyed state of your own in the guard's store, for what has to hold on all instances: an id that counts once. */
  storage(kind: string): Storage
  /** What is recorded, for those who pass it on. */
  readonly records: Records
  /** Labels a recorded decision, for those who judge the policy later. */
  feedback(decision: string, label: 'fraud' | 'legitimate'): Promise<void>
  /** Resolves once the guard can decide; rejects with what stands against it. */
  ready(): Promise<void>
  /** Of the open engine. Before `ready` nothing is well yet: it says so, or why not, and begins to open. */
  health(): Health
  /** Writes out what waits, then lets go of the backend. */
  close(): Promise<void>
}

export function engineServices(
  engine: Engine,
  platform: Platform,
  key?: OperatorPrivateKey,
): { readonly operator: Operator; readonly devices: Devices } {
  return {
    operator: createOperator(
      engine,
      (policy) => loadPolicy(policy, platform),
      (live, candidate) => platform.mayLoosen?.(live, candidate) ?? true,
      key,
    ),
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
      revokeAll: async (subject, signed) => (await services()).devices.revokeAll(subject, signed),
      revokeBefore: async (moment, signed) =>
        (await services()).devices.revokeBefore(moment, signed),
    },
    targets: {
      list: async (subject) => createTargetList(await handle.engine()).list(subject),
      remove: async (subject, id) => createTargetList(await handle.engine()).remove(subject, id),
    },
    operator: {
      activate: async (policy, signed) => (await services()).operator.activate(policy, signed),
      propose: async (policy, signed) => (await services()).operator.propose(policy, signed),
      approve: async (proposal, signed) => (await services()).operator.approve(proposal, signed),
      decline: async (proposal, signed) => (await services()).operator.decline(proposal, signed),
      rollout: async (policy, signed) => (await services()).operator.rollout(policy, signed),
      widen: async (signed) => (await services()).operator.widen(signed),
      freeze: async (signed) => (await services()).operator.freeze(signed),
      promote: async (signed) => (await services()).operator.promote(signed),
      abort: async (signed) => (await services()).operator.abort(signed),
      rollback: async (signed) => (await services()).operator.rollback(signed),
      recall: async (activation, signed) => (await services()).operator.recall(activation, signed),
      suspend: async (target, signed) => (await services()).operator.suspend(target, signed),
      resume: async (target, signed) => (await services()).operator.resume(target, signed),
      history: async () => (await services()).operator.history(),
      policy: async (revision) => (await services()).operator.policy(revision),
      keys: async () => (await services()).operator.keys(),
    },
    credentialChanged: async (subject, what, signed) =>
      credentialChanged(await handle.engine(), subject, what, signed),
    sessionEnded: async (subject, session, signed) =>
      sessionEnded(await handle.engine(), subject, session, signed),
    signal: async (signal) => sendSignal(await handle.engine(), signal),
    heardFrom: async (source) => noteSource(await handle.engine(), source),
    storage: (kind) => appStorage(handle.engine, kind),
    records: recordsOf(handle.engine),
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
    ready: async () => assertPolicyInForce(await handle.engine()),
    health: () => {
      const engine = handle.ifOpen()
      if (engine !== undefined) return readHealth(engine)
      // or a probe that keeps requests away until this is well would keep them away for good
      handle.engine().catch(() => {})
      return notOpen(handle.failure())
    },
    close: () => handle.close(),
  }
}

/** Only on a shared backend on which no operator activated a policy yet: elsewhere there is the option's, or the built-in. */
function assertPolicyInForce(engine: Engine): void {
  if (engine.current() !== undefined) return
  throw new Error(NO_POLICY_IN_FORCE)
}

function notOpen(failure: unknown): Health {
  const why = failure instanceof Error ? failure.message : undefined
  return {
    ok: false,
    stale: true,
    feedAgeMs: null,
    revision: 'none',
    activation: null,
    rollout: null,
    suspended: [],
    audit: { ok: true, queued: 0, lost: 0, lagMs: 0 },
    warnings: [
      why === undefined ? 'the guard is being opened' : `the guard cannot be opened: ${why}`,
    ],
  }
}
