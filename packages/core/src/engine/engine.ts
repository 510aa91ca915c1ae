// One engine per process and data directory: the folded state, what keeps it up, and what decisions need of it.

import type { WatchedRecorder } from '../audit/watch-records.ts'
import type { EventAuthority } from '../authority/create-event-authority.ts'
import type { DeviceCookieNames } from '../device/device-cookie-name.ts'
import type { AuditLog } from '../ports/audit-log.ts'
import type { CommandHandlers } from '../ports/backend.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import type { Position } from '../ports/position.ts'
import type { Store } from '../ports/store.ts'
import type { Reply } from '../reply/reply.ts'
import type { RequestReader } from '../request/request-reader.ts'
import type { Detector } from '../risk/detector.ts'
import type { RemoteAnswers } from '../risk/gather-signals.ts'
import type { Sealer } from '../seal/create-sealer.ts'
import type { FeedEvent, ObservedSignal } from '../state/feed-event.ts'
import type { Freshness } from '../state/freshness.ts'
import type { State } from '../state/state.ts'
import type { Cohorts } from './cohorts.ts'
import type { PreparedRollout } from './keep-prepared.ts'
import type { PreparedActivation } from './prepare-activation.ts'
import type { RefusalMemory } from './refusal-memory.ts'
import type { ShadowCounts } from './shadow-counts.ts'

export interface Engine {
  readonly clock: Clock
  readonly logger: Logger
  readonly state: State
  readonly freshness: Freshness
  /** Where loosening takes the signature of an operator key; `undefined` where whoever may append may. */
  readonly authority: EventAuthority | undefined
  readonly store: Store
  readonly audit: AuditLog
  readonly recorder: WatchedRecorder
  readonly sealers: { readonly device: Sealer; readonly evidence: Sealer; readonly ticket: Sealer }
  readonly deviceNames: DeviceCookieNames
  readonly detectors: ReadonlyMap<string, Detector>
  readonly answers: RemoteAnswers
  readonly tooLittle: RefusalMemory
  /** The policy in force, made ready; `undefined` before the first activation. */
  current(): PreparedActivation | undefined
  /** The candidate that is tried beside it. */
  trying(): PreparedRollout | undefined
  readonly cohorts: Cohorts
  readonly shadow: ShadowCounts
  /**
   * Appends, and resolves once the event is folded here. @throws AppendConflict where `expect` is not the topic's last;
   * ChangeRefused where the event loosens and was not signed by who may
   */
  append(event: FeedEvent, expect?: Position | 'none'): Promise<Position>
  /** Resolves once the position is folded here. */
  waitUntil(position: Position): Promise<void>
  /** Sends a signal beside the path; a failure is logged. */
  emit(signal: ObservedSignal, why: string): void
  /** Actions that guards of this process name: an activation may not uncover them. */
  readonly guardedActions: Set<string>
  warnings(): readonly string[]
  /** What this instance has folded, for those who follow it over HTTP: only who proves to have the secret is answered. */
  answerFeed(reader: RequestReader): Promise<Reply>
  /** It stands before a guard that has a store and a log, has neither itself, and refuses only what is certain without. */
  readonly early: boolean
  /** Lets the backend take commands from outside, where it can. */
  serve(handlers: CommandHandlers): Promise<void>
  close(): Promise<void>
}
