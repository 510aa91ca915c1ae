// A backend: the outside world of one engine.

import type { AuditLog } from './audit-log.ts'
import type { Clock } from './clock.ts'
import type { Feed } from './feed.ts'
import type { Json } from './json.ts'
import type { Store } from './store.ts'

export interface Backend {
  readonly feed: Feed
  readonly store: Store
  readonly audit: AuditLog
  /**
   * Who may loosen: on `machine` whoever may call the operator in this process or write to its control socket; on
   * `operator-keys` who holds the private key of one that `createGuard({ operatorKeys })` lists (law 12).
   */
  readonly authority: 'machine' | 'operator-keys'
  /**
   * Which deployment this is, as its users tell it apart on one server: the prefix of its keys, its schema. Operators sign
   * it, so that what was signed for one deployment is no use in another. @default ''
   */
  readonly scope?: string
  /** @default the system's clock */
  readonly clock?: Clock
  /** SHA-256 of a UTF-8 text in lower-case hex, where the platform has it synchronously. @default Web Crypto */
  readonly sha256?: (text: string) => string
}

/** What `createGuard` takes as `backend`: opened once, at the first request or `ready()`, never at import. */
export interface BackendSource {
  /** Two guards of one process with the same key share one engine. */
  readonly key: string
  open(context: BackendContext): Promise<OpenBackend>
}

export interface BackendContext {
  /** The secrets of `createGuard`, newest first; empty where none were given: the backend then provides one, or refuses. */
  readonly secrets: readonly string[]
}

export interface OpenBackend extends Backend {
  /** Newest first, at least one. */
  readonly secrets: readonly string[]
  /** Called once the engine runs: a backend that takes commands from outside (a control socket) begins to. */
  serve?(handlers: CommandHandlers): Promise<void>
  /** What an operator should see: free space, quotas, repairs made at the opening. Empty where all is well. */
  warnings?(): readonly string[]
  /** Closes feed, store and audit log, and gives back what the backend holds besides (lock, socket). */
  close(): Promise<void>
}

/** The commands of a control socket by name. What a handler throws is told to the caller as code and message. */
export type CommandHandlers = Readonly<Record<string, (args: unknown) => Promise<Json>>>

/** One port of a backend that is put together from parts (`combineBackend`): Redis for feed and store, PostgreSQL for the log. */
export interface PortSource<Port> {
  /** Part of the backend's `key`. */
  readonly key: string
  /** As `Backend.scope`: the feed's is that of the backend. */
  readonly scope?: string
  open(context: BackendContext): Promise<OpenPort<Port>>
}

export type OpenPort<Port> = Port & {
  /** As `OpenBackend.warnings`, of this part. */
  warnings?(): readonly string[]
}
