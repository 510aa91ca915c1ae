// What an event does: the port of effects, and what an effect can do to the subject it is about.
import type { CredentialChange } from '@countersign/core'
import type { SecurityEvent } from '../set/check-set-claims.ts'

export interface Effect {
  /** Every signal that it may send or take back: unknown to decisions once the stream has gone quiet. */
  readonly signals: readonly string[]
  /** Called once for each token; again where it failed, so that doing it twice has to be the same as once. */
  apply(event: SecurityEvent, subject: AffectedSubject): void | Promise<void>
}

/** Whom the event is about, as your `subject` function says, and what can be done about it. */
export interface AffectedSubject {
  readonly id: string
  readonly session: string | undefined
  readonly device: string | undefined
  /** Ends all trust and evidence of the subject that was given before. */
  credentialChanged(what: CredentialChange): Promise<void>
  /** Ends the session's evidence and the trust in it; where no session is known, that of all sessions. */
  endSession(): Promise<void>
  signal(code: string, options?: SignalOptions): Promise<void>
  /** Takes back what this transmitter signalled, unless it has signalled it again at a later time. Nobody else's. */
  takeBack(code: string, options?: Pick<SignalOptions, 'about'>): Promise<void>
}

export interface SignalOptions {
  /** 0 to 1 of its weight in the threat model. @default 1 */
  readonly share?: number
  /** @default a day */
  readonly forMs?: number
  /** What of the subject: its session or device where one is known, else the subject as a whole. @default 'subject' */
  readonly about?: 'subject' | 'session' | 'device'
  /** It weakens nothing that this transmitter has said before. @default false */
  readonly onlyTightens?: boolean
}
