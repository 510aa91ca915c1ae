// The options of createGuard, alike for every framework.

import type { OperatorKey } from '../authority/operator-key.ts'
import type { Decision } from '../decide/decision.ts'
import type { IdentityOption } from '../identity/read-identity.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import type { BackendSource } from '../ports/backend.ts'
import type { Logger } from '../ports/logger.ts'
import type { Telemetry } from '../ports/telemetry.ts'
import type { TrustProxy } from '../request/prepare-trust.ts'
import type { Detector } from '../risk/detector.ts'

/** An option may be `undefined`: it is absent then. */
export interface GuardOptions<Request> {
  /** Who asks: a function of the framework's request, or `jwtIdentity(...)`. It answers `undefined` where nobody is signed in. */
  readonly identity: IdentityOption<Request>
  /** Seals our cookies and tickets: at least 32 characters; several while one is replaced, newest first. @default made and kept by the backend */
  readonly secret?: string | readonly string[] | undefined
  /**
   * A path, its text, a document, or a compiled policy. It is activated at the start if its revision never was; afterwards what
   * operators activate wins, across restarts too. @default the built-in policy, which is announced
   */
  readonly policy?: string | object | undefined
  /** Where the app's challenge page is, as `/step-up`. Without it a challenge is a 401 that has no page. */
  readonly challengePath?: string | undefined
  /** Where navigations are sent when nobody is signed in. @default 401 */
  readonly loginPath?: string | undefined
  /** Never a return target, and never guarded by a route. */
  readonly logoutPath?: string | undefined
  /** `https://shop.example`: what `Origin` is compared with and return targets have to be on. */
  readonly publicOrigin?: string | undefined
  /** How many proxies stand before the app, or their networks. @default none: the peer is the client */
  readonly trustProxy?: TrustProxy
  /** @default files in `.countersign`, or in the directory that COUNTERSIGN_DATA names */
  readonly backend?: BackendSource | undefined
  /**
   * Public JWKs of who may loosen on a shared backend: activate, roll back, lift a suspension. Needed there, and not asked
   * for on one machine.
   */
  readonly operatorKeys?: readonly OperatorKey[] | undefined
  /** Besides `new-device`, `credential-change` and `velocity`; one with the code of those takes its place. */
  readonly detectors?: readonly Detector[] | undefined
  /** Told each decision, after it was made; what it throws is logged. */
  readonly onDecision?: ((decision: Decision) => void) | undefined
  /** pino and the like fit as they are. @default console */
  readonly logger?: Logger | undefined
  /** Measures decisions and the guard: `openTelemetry()` of `@countersign/opentelemetry`. */
  readonly telemetry?: Telemetry | undefined
  /** How old this instance's knowledge may be before it honours no opt-out: `'10s'`, or milliseconds. @default '10s' */
  readonly maxStaleness?: string | number | undefined
}

/** What a runtime brings: where policies come from and where state is kept. */
export interface Platform {
  defaultBackend(): BackendSource
  /** Text in YAML or JSON, a document, or a compiled policy. @throws what is wrong with it, in words */
  compilePolicy(policy: string | object): CompiledPolicy
  /** The text of a policy file. */
  readPolicy(path: string): string
  defaultPolicy(): CompiledPolicy
  /**
   * Whether somebody may be newly waived or passed by the candidate; asked only where a second person is. Absent: it may
   * always be so.
   */
  mayLoosen?(live: CompiledPolicy, candidate: CompiledPolicy): boolean
}
