// A guard without a framework: what every adapter has in common. Adapters read a request and write a reply.
import { answerOrRefuse, openOrRefuse } from '../challenge/answer-or-refuse.ts'
import type { ChallengeRequest } from '../challenge/challenge-request.ts'
import { completeChallenge } from '../challenge/complete-challenge.ts'
import { failChallenge } from '../challenge/fail-challenge.ts'
import { type OpenChallenge, openChallenge } from '../challenge/open-challenge.ts'
import type { Proof } from '../challenge/proof.ts'
import { ConfigurationError } from '../configuration-error.ts'
import type { Decision } from '../decide/decision.ts'
import type { GuardedRequest } from '../decide/guarded-request.ts'
import type { Engine } from '../engine/engine.ts'
import { openEngine } from '../engine/open-engine.ts'
import { isJwtIdentity } from '../identity/jwt-identity.ts'
import { commandHandlers } from '../operate/command-handlers.ts'
import { readHealth } from '../operate/health.ts'
import { addTarget, type TargetAdded } from '../operate/targets.ts'
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import { preparePolicy } from '../policy/prepare-policy.ts'
import { GUARDED_HEADERS, type Reply } from '../reply/reply.ts'
import type { RequestReader } from '../request/request-reader.ts'
import { activateAtStart } from './activate-at-start.ts'
import { challengeRequest } from './challenge-fields.ts'
import { checkRequest } from './check-request.ts'
import type { Checked, Incoming, Mode } from './checked.ts'
import { createGuardServices, engineServices, type GuardServices } from './create-guard-services.ts'
import type { GuardOptions, Platform } from './guard-options.ts'
import { loadPolicy } from './load-policy.ts'
import { matchGuardedRoutes } from './match-guarded-routes.ts'
import { parseGuardOptions } from './parse-guard-options.ts'
import { memoryOf } from './request-memory.ts'
import { shareEngine } from './shared-engines.ts'
import { watchEngine } from './tell-telemetry.ts'

/** The fields of a challenge page: its query and its parsed form. */
export interface ChallengeFields {
  readonly body: unknown
}

export interface GuardCore<Request> extends GuardServices {
  /** To be called when the guard is made: an action that the policy does not declare is refused there and then. */
  nameAction(action: string): void
  check(
    incoming: Incoming<Request>,
    action: string,
    resource?: () => unknown,
    mode?: Mode,
  ): Promise<Checked>
  /** By the policy's routes. */
  checkRoutes(incoming: Incoming<Request>, mode?: Mode): Promise<Checked>
  /** Rejects where something failed inside: nothing is on the list then. */
  addTarget(incoming: Incoming<Request>, optOut: string, target: unknown): Promise<TargetAdded>
  /** Answers the route by which the edge follows this guard's feed. */
  answerFeed(reader: RequestReader): Promise<Reply>
  /** The decision made last for this request. */
  decision(slot: object): Decision | undefined
  readonly challenge: {
    /** @throws UnavailableError where something failed inside: opaque, with status 503 */
    open(incoming: Incoming<Request>, fields: ChallengeFields): Promise<OpenChallenge | undefined>
    complete(incoming: Incoming<Request>, fields: ChallengeFields, proof: Proof): Promise<Reply>
    fail(incoming: Incoming<Request>, fields: ChallengeFields, page?: string): Promise<Reply>
  }
}

/** @throws ConfigurationError where an option, or the policy, is wrong */
export function createGuardCore<Request>(
  options: GuardOptions<Request>,
  platform: Platform,
): GuardCore<Request> {
  const parsed = parseGuardOptions(options)
  const { config, identify, logger } = parsed
  const policy = parsed.policy === undefined ? undefined : loadPolicy(parsed.policy, platform)
  const declared = preparePolicy(policy ?? platform.defaultPolicy())
  const backend = parsed.backend ?? platform.defaultBackend()
  const tokens = isJwtIdentity(options.identity) ? options.identity.lookups : undefined
  const named = new Set<string>()
  const handle = shareEngine(backend.key, async () => {
    const { secrets, detectors, maxStalenessMs } = parsed
    const operatorKeys = { is: 'listed', keys: parsed.operatorKeys } as const
    const engine = await openEngine({
      ...{ backend, secrets, operatorKeys, detectors, maxStalenessMs, logger },
    })
    for (const action of named) engine.guardedActions.add(action)
    // a cut log, a full disk: whoever starts the app should not have to ask for it
    for (const warning of engine.warnings()) logger.warn({ backend: backend.key }, warning)
    try {
      await activateAtStart(engine, policy, platform)
      const services = engineServices(engine, platform)
      await engine.serve(
        commandHandlers(services.operator, services.devices, () => readHealth(engine)),
      )
    } catch (error) {
      // or its lock would stand against the next attempt
      await engine.close()
      throw error
    }
    return watchEngine(engine, config.telemetry, tokens)
  })
  const guardedRoutes = matchGuardedRoutes(config)

  async function engineOf(): Promise<Engine> {
    const engine = await handle.engine()
    if (named.size > 0) for (const action of named) engine.guardedActions.add(action)
    return engine
  }

  function guardedRequest(
    incoming: Incoming<Request>,
    action: string,
    resource: (() => unknown) | undefined,
    mode: Mode,
  ): GuardedRequest {
    const { reader, request } = incoming
    return {
      reader,
      action,
      mode,
      identify: () => identify(request, reader),
      resource: resource ?? nothing,
    }
  }

  function challenge(incoming: Incoming<Request>, { body }: ChallengeFields): ChallengeRequest {
    const { reader, request, slot } = incoming
    return challengeRequest(reader, body, () => identify(request, reader), memoryOf(slot).opened)
  }

  return {
    ...createGuardServices({ ...handle, engine: engineOf }, platform),
    nameAction(action) {
      if (declared.planFor(action) === undefined) throw undeclared(action, declared.compiled)
      named.add(action)
      handle.ifOpen()?.guardedActions.add(action)
    },
    check: (incoming, action, resource, mode = 'full') =>
      checkRequest(
        engineOf,
        config,
        memoryOf(incoming.slot),
        guardedRequest(incoming, action, resource, mode),
        logger,
      ),
    async checkRoutes(incoming, mode = 'full') {
      return await guardedRoutes.check(
        engineOf,
        memoryOf(incoming.slot),
        incoming.reader,
        logger,
        (action) => guardedRequest(incoming, action, undefined, mode),
      )
    },
    addTarget: async ({ reader, request }, optOut, target) =>
      addTarget(await engineOf(), config, {
        reader,
        identify: () => identify(request, reader),
        optOut,
        target,
      }),
    async answerFeed(reader) {
      try {
        return await (await engineOf()).answerFeed(reader)
      } catch (error) {
        logger.error({ err: error }, 'the feed cannot be answered over HTTP')
        return NO_FEED
      }
    },
    decision: (slot) => memoryOf(slot).last,
    challenge: {
      open: (incoming, fields) =>
        openOrRefuse(logger, async () => {
          const opened = await openChallenge(await engineOf(), challenge(incoming, fields))
          memoryOf(incoming.slot).opened = opened?.opened
          return opened?.challenge
        }),
      complete: (incoming, fields, proof) =>
        answerOrRefuse(incoming.reader, logger, async () =>
          completeChallenge(await engineOf(), config, challenge(incoming, fields), proof),
        ),
      fail: (incoming, fields, page) =>
        answerOrRefuse(incoming.reader, logger, async () =>
          failChallenge(await engineOf(), config, challenge(incoming, fields), page),
        ),
    },
  }
}

/** Whoever asked: nobody was told anything yet. */
const NO_FEED: Reply = { status: 503, headers: GUARDED_HEADERS, cookies: [] }

function nothing(): undefined {
  return undefined
}

function undeclared(action: string, { name, actions }: CompiledPolicy): ConfigurationError {
  const known = actions === 'any' ? [] : Object.keys(actions)
  return new ConfigurationError({
    code: 'action_not_declared',
    path: `guard('${action}')`,
    problem: `names an action that the policy ${name} does not declare`,
    got: action,
    fix: `Write one of ${known.join(', ')}, or declare it in the policy.`,
  })
}
