// Options in, one frozen configuration out; every mistake is told at once where it was made.
import type { OperatorKey } from '../authority/operator-key.ts'
import { readOperatorKeys } from '../authority/read-operator-keys.ts'
import { ConfigurationError, describeValue } from '../configuration-error.ts'
import type { GuardConfig } from '../decide/guard-config.ts'
import { prepareIdentity, type ReadIdentity } from '../identity/read-identity.ts'
import { parseDuration } from '../parse-duration.ts'
import type { BackendSource } from '../ports/backend.ts'
import { consoleLogger, type Logger } from '../ports/logger.ts'
import { canonicalPath } from '../request/canonical-path.ts'
import { prepareTrust } from '../request/prepare-trust.ts'
import { COLD_START } from '../risk/assess-risk.ts'
import { builtInDetectors } from '../risk/built-in-detectors.ts'
import type { Detector } from '../risk/detector.ts'
import { checkOptions } from './check-options.ts'
import type { GuardOptions } from './guard-options.ts'

export interface ParsedOptions<Request> {
  readonly config: GuardConfig
  readonly identify: ReadIdentity<Request>
  readonly secrets: readonly string[]
  readonly policy: string | object | undefined
  readonly backend: BackendSource | undefined
  readonly operatorKeys: readonly OperatorKey[]
  readonly detectors: ReadonlyMap<string, Detector>
  readonly logger: Logger
  readonly maxStalenessMs: number
}

/** What holds where an option is absent. */
const DEFAULTS = { maxStaleness: '10s' } as const

/** @throws ConfigurationError */
export function parseGuardOptions<Request>(options: GuardOptions<Request>): ParsedOptions<Request> {
  checkOptions(options)
  const config: GuardConfig = Object.freeze({
    publicOrigin: readOrigin(options.publicOrigin),
    trust: prepareTrust(options.trustProxy),
    challengePath: readPath('challengePath', options.challengePath),
    loginPath: readPath('loginPath', options.loginPath),
    logoutPath: readPath('logoutPath', options.logoutPath),
    onDecision: options.onDecision,
    telemetry: options.telemetry,
  })
  return Object.freeze({
    config,
    identify: prepareIdentity(options.identity),
    secrets: readSecrets(options.secret),
    policy: options.policy,
    backend: options.backend,
    operatorKeys: readOperatorKeys(options.operatorKeys),
    detectors: readDetectors(options.detectors),
    logger: options.logger ?? consoleLogger,
    maxStalenessMs: readStaleness(options.maxStaleness ?? DEFAULTS.maxStaleness),
  })
}

const SHORTEST_SECRET = 32

function readSecrets(secret: string | readonly string[] | undefined): readonly string[] {
  if (secret === undefined) return []
  const secrets = typeof secret === 'string' ? [secret] : [...secret]
  const good =
    secrets.length > 0 &&
    secrets.every((one) => typeof one === 'string' && one.length >= SHORTEST_SECRET)
  if (good) return secrets
  throw new ConfigurationError({
    code: 'secret_too_short',
    path: 'secret',
    problem: `must be a text of at least ${SHORTEST_SECRET} characters, or a list of such, newest first`,
    // never the secret itself
    got:
      secrets.length === 0
        ? 'an empty list'
        : `lengths ${secrets.map((one) => String(one).length).join(', ')}`,
    fix: 'Make one with: openssl rand -base64 32. Leave it out on one machine: then one is made and kept in the data directory.',
  })
}

function readOrigin(origin: string | undefined): string | undefined {
  if (origin === undefined) return undefined
  const url = typeof origin === 'string' && URL.canParse(origin) ? new URL(origin) : undefined
  if (
    url !== undefined &&
    /^https?:$/.test(url.protocol) &&
    url.origin === origin.replace(/\/$/, '')
  )
    return url.origin
  throw new ConfigurationError({
    code: 'public_origin_malformed',
    path: 'publicOrigin',
    problem: 'must be an origin: scheme, host and port, nothing more',
    got: describeValue(origin),
    fix: "Write publicOrigin: 'https://shop.example'.",
  })
}

function readPath(name: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined
  if (
    typeof path === 'string' &&
    /^\/(?!\/)[\w\-./~]*$/.test(path) &&
    canonicalPath(path) !== undefined
  )
    return path
  throw new ConfigurationError({
    code: 'path_malformed',
    path: name,
    problem: 'must be a path of this app',
    got: describeValue(path),
    fix: `Write ${name}: '/${name === 'challengePath' ? 'step-up' : name.replace('Path', '')}'.`,
  })
}

function readDetectors(own: readonly Detector[] | undefined): ReadonlyMap<string, Detector> {
  const detectors = builtInDetectors()
  for (const detector of own ?? []) {
    if (
      typeof detector?.code !== 'string' ||
      detector.code === COLD_START ||
      typeof detector.judge !== 'function'
    )
      throw new ConfigurationError({
        code: 'detector_malformed',
        path: 'detectors',
        problem:
          'must be objects with a code (not cold-start, which is reserved) and a function judge',
        got: describeValue(detector),
        fix: "Write { code: 'my-signal', judge: (scene) => ({ is: 'absent' }) }.",
      })
    detectors.set(detector.code, detector)
  }
  return detectors
}

function readStaleness(value: string | number): number {
  const ms = typeof value === 'number' ? value : parseDuration(String(value))
  if (ms !== undefined && ms >= 100 && ms <= 24 * 3_600_000) return ms
  throw new ConfigurationError({
    code: 'max_staleness_malformed',
    path: 'maxStaleness',
    problem: 'must be a duration from 100ms to 24h',
    got: describeValue(value),
    fix: "Write maxStaleness: '10s'.",
  })
}
