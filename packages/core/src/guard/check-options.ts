// Whether options are of the kinds that they have to be, before any is read: JavaScript has no compiler to tell.
import { ConfigurationError, describeValue } from '../configuration-error.ts'
import { didYouMean } from '../did-you-mean.ts'
import type { GuardOptions } from './guard-options.ts'

interface Kind {
  readonly code: string
  readonly fits: (value: unknown) => boolean
  readonly problem: string
  readonly fix: string
}

const isFunction = (value: unknown) => typeof value === 'function'
const isObject = (value: unknown) => typeof value === 'object' && value !== null
const hasMethods = (value: unknown, names: readonly string[]) =>
  isObject(value) && names.every((name) => isFunction((value as Record<string, unknown>)[name]))

/** Those without a kind here are checked where they are read. */
const KINDS: Readonly<Record<keyof GuardOptions<unknown>, Kind | undefined>> = {
  identity: undefined,
  secret: {
    code: 'secret_malformed',
    fits: (value) => typeof value === 'string' || Array.isArray(value),
    problem: 'must be a text, or a list of texts, newest first',
    fix: 'Write secret: process.env.COUNTERSIGN_SECRET.',
  },
  policy: {
    code: 'policy_malformed',
    fits: (value) => (typeof value === 'string' && value.trim() !== '') || isObject(value),
    problem: 'must be a path, the text of a policy, or a document',
    fix: "Write policy: 'countersign.policy.yaml'; countersign init makes that file. Leave it out for the built-in policy.",
  },
  challengePath: undefined,
  loginPath: undefined,
  logoutPath: undefined,
  publicOrigin: undefined,
  trustProxy: undefined,
  backend: {
    code: 'backend_malformed',
    fits: (value) => hasMethods(value, ['open']),
    problem: 'must be what fileBackend or memoryBackend makes',
    fix: "Write backend: fileBackend('/var/lib/shop/countersign').",
  },
  operatorKeys: undefined,
  detectors: {
    code: 'detector_malformed',
    fits: Array.isArray,
    problem: 'must be a list of detectors',
    fix: "Write detectors: [{ code: 'my-signal', judge: (scene) => ({ is: 'absent' }) }].",
  },
  onDecision: {
    code: 'on_decision_malformed',
    fits: isFunction,
    problem: 'must be a function of a decision',
    fix: 'Write onDecision: ({ action, outcome }) => console.log(action, outcome).',
  },
  logger: {
    code: 'logger_malformed',
    fits: (value) => hasMethods(value, ['info', 'warn', 'error']),
    problem: 'must have the functions info, warn and error',
    fix: 'Write logger: pino(), or leave it out for the console.',
  },
  telemetry: {
    code: 'telemetry_malformed',
    fits: (value) => hasMethods(value, ['decisionBegins', 'watch']),
    problem: 'must have the functions decisionBegins and watch',
    fix: 'Write telemetry: openTelemetry(), of @countersign/opentelemetry, or leave it out.',
  },
  maxStaleness: undefined,
}

/** @throws ConfigurationError */
export function checkOptions(options: unknown): void {
  if (!isObject(options) || Array.isArray(options))
    throw new ConfigurationError({
      code: 'options_missing',
      path: 'createGuard(options)',
      problem: 'must be an object with at least identity',
      got: describeValue(options),
      fix: 'Write createGuard({ identity: (req) => … }).',
    })
  for (const [name, value] of Object.entries(options as object)) checkOption(name, value)
}

function checkOption(name: string, value: unknown): void {
  if (!Object.hasOwn(KINDS, name)) throw unknownOption(name, value)
  const kind = KINDS[name as keyof GuardOptions<unknown>]
  if (value === undefined || kind === undefined || kind.fits(value)) return
  const { code, problem, fix } = kind
  // never the secret itself
  const got = name === 'secret' ? `a ${typeof value}` : describeValue(value)
  throw new ConfigurationError({ code, path: name, problem, got, fix })
}

function unknownOption(name: string, value: unknown): ConfigurationError {
  const meant = didYouMean(name, Object.keys(KINDS))
  return new ConfigurationError({
    code: 'option_unknown',
    path: name,
    problem: 'is no option of createGuard',
    got: describeValue(value),
    fix: `${meant === undefined ? '' : `Did you mean ${meant}? `}Leave it out, or write one of ${Object.keys(KINDS).join(', ')}.`,
  })
}
