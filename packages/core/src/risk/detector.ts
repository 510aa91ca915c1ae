// The port of detectors: each observes one thing about a request and answers for one signal code.
import type { Fact } from '../policy/facts.ts'

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
  /** Called beside the path, after each decision for an identified subject; `emit` sends a signal to all instances. */
  observe?(scene: DetectorScene, emit: EmitSignal): void
}

export type Observation =
  /** `share`: 0 to 1 of the weight in the threat model. @default 1 */
  | { readonly is: 'present'; readonly share?: number }
  | { readonly is: 'absent' }
  /** There is no history yet to judge by. */
  | { readonly is: 'unjudged' }

export interface DetectorScene {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly action: string
  readonly subject: string
  readonly session: string | undefined
  readonly address: Fact<string>
  /** `unchecked`: good as far as is known here, its first use in this login has still to be checked. */
  readonly device: 'trusted' | 'unchecked' | 'none'
  /** When the subject's credentials changed last, as far as the feed tells. */
  readonly credentialsChangedAt: number | undefined
  header(name: string): string | undefined
}

/** A signal about the scene's subject, from now on for `forMs`. */
export type EmitSignal = (signal: {
  readonly code: string
  readonly share: number
  readonly forMs: number
}) => void
