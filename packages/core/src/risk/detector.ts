// The port of detectors: each observes one thing about a request and answers for one signal code.
import type { Fact, Factor } from '../policy/facts.ts'
import type { Json } from '../ports/json.ts'
import type { Store } from '../ports/store.ts'

export interface Detector {
  /** The signal it answers for. A detector of yours with the code of a built-in one takes its place. */
  readonly code: string
  /**
   * Judges a request. Synchronous answers are asked for with each decision. A promise is awaited for `deadlineMs` and
   * its answer kept for the login; one that is late, or a throw, makes the signal unknown, never absent.
   */
  judge(scene: DetectorScene): Observation | Promise<Observation>
  /** @default 200 */
  readonly deadlineMs?: number
  /** `false`: the answer of a promise is not kept, for it may change within a login. @default true */
  readonly onceALogin?: boolean
  /** What its observations may raise the level to by `floor`; where its signal is unknown, so may the upper end be. */
  readonly floor?: 'MEDIUM'
  /**
   * Called beside the path, after each decision for an identified subject; `emit` sends a signal to all instances.
   * A login that was refused a step-up it has not made (`challenge`, `deny`) is none to learn from.
   */
  observe?(
    scene: DetectorScene,
    emit: EmitSignal,
    outcome: 'pass' | 'opt-out' | 'challenge' | 'deny',
  ): void
  /** Called beside the path when a challenge was completed, or an attempt at one failed. */
  challenged?(scene: DetectorScene, emit: EmitSignal, result: 'completed' | 'failed'): void
}

export type Observation =
  | {
      readonly is: 'present'
      /** 0 to 1 of the weight in the threat model. @default 1 */
      readonly share?: number
      /** The level is at least this in each threat model that counts the signal, however small its weight. */
      readonly floor?: 'MEDIUM'
      /** What it was judged by, for the record. Never a secret. */
      readonly details?: Json
    }
  | { readonly is: 'absent'; readonly details?: Json }
  /** There is no history yet to judge by. */
  | { readonly is: 'unjudged'; readonly details?: Json }
  /** What it needs could not be had, or a client could have left it out. As a throw is, but expected: not logged. */
  | { readonly is: 'unknown'; readonly details?: Json }

export interface DetectorScene {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly action: string
  /** The attributes that the policy declares for the action. */
  readonly resource: Readonly<Record<string, Fact<Json>>>
  readonly subject: string
  readonly session: string | undefined
  /** What tells this login of the subject from others; `undefined` where nothing does yet. May be secret: never write it down. */
  readonly login: string | undefined
  /** What was proved in this login, factor by factor: by the identity, and by challenges that were completed. */
  readonly factors: readonly Factor[]
  /** When the subject signed in, as far as the identity says. Milliseconds since the epoch. */
  readonly authTime: number | undefined
  readonly address: Fact<string>
  /** `unchecked`: good as far as is known here, its first use in this login has still to be checked. */
  readonly device: 'trusted' | 'unchecked' | 'none'
  /** The id of a trusted or an unchecked device. */
  readonly deviceId: string | undefined
  /** When the subject's credentials changed last, as far as the feed tells. */
  readonly credentialsChangedAt: number | undefined
  /** The backend's, for histories: I/O, so only in a promise, or beside the path. Kinds of keys begin with the code. */
  readonly store: Pick<Store, 'read' | 'write' | 'list' | 'addIfBelow'>
  header(name: string): string | undefined
}

/** A signal about the scene's subject, from now on for `forMs`. */
export type EmitSignal = (signal: {
  readonly code: string
  readonly share: number
  readonly forMs: number
  /**
   * Whom it is about. Somebody who has not proved who they are must not raise a subject's risk: charge the address before
   * the first factor, the session or the device after it. Where the scene names none, the next of session, device and
   * address is charged. @default 'subject'
   */
  readonly about?: 'subject' | 'session' | 'device' | 'address'
}) => void
