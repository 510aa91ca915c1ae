// Guarding by the policy's routes: every action whose route matches is decided, and the strictest wins.
import { newDecision, refuseFailure } from '../decide/compose-decision.ts'
import type { Refuse } from '../decide/decision.ts'
import type { GuardConfig } from '../decide/guard-config.ts'
import type { GuardedRequest } from '../decide/guarded-request.ts'
import type { Engine } from '../engine/engine.ts'
import type { Logger } from '../ports/logger.ts'
import { unavailableReply } from '../reply/build-reply.ts'
import { type MatchRoutes, prepareRoutes } from '../request/prepare-routes.ts'
import type { RequestReader } from '../request/request-reader.ts'
import type { Cookie } from '../request/serialize-cookie.ts'
import { checkRequest, tell } from './check-request.ts'
import type { Checked } from './checked.ts'
import type { RequestMemory } from './request-memory.ts'
import { beginDecision } from './tell-telemetry.ts'

export interface GuardedRoutes {
  check(
    engineOf: () => Promise<Engine>,
    memory: RequestMemory,
    reader: RequestReader,
    logger: Logger,
    toRequest: (action: string) => GuardedRequest,
  ): Promise<Checked>
}

export function matchGuardedRoutes(config: GuardConfig): GuardedRoutes {
  const own = [config.challengePath, config.loginPath, config.logoutPath].filter(
    (path) => path !== undefined,
  )
  const prepared = new WeakMap<object, MatchRoutes>()

  function matcherOf(engine: Engine): MatchRoutes | undefined {
    const active = engine.current()
    if (active === undefined) return undefined
    let matcher = prepared.get(active)
    if (matcher === undefined) {
      const { routes, name } = active.activation.policy
      if (routes.length === 0)
        engine.logger.warn(
          { policy: name },
          'guard() guards by the routes of the policy, and it has none: name actions, as guard(action), or add routes',
        )
      matcher = prepareRoutes(routes, own)
      prepared.set(active, matcher)
    }
    return matcher
  }

  return {
    async check(engineOf, memory, reader, logger, toRequest) {
      const engine = await engineOf().catch(() => undefined)
      const match = engine && matchSafely(engine, reader, logger)
      if (match?.is === 'none') return { is: 'unguarded' }
      // without an engine, a policy or a readable target any route may be meant
      if (match?.is !== 'matched') return undetermined(engine, config, memory, reader, logger)
      const all: Checked[] = []
      for (const action of match.actions)
        all.push(await checkRequest(engineOf, config, memory, toRequest(action), logger))
      const strictest = strictestOf(all)
      if (strictest.is === 'proceed' || strictest.is === 'refuse') memory.last = strictest.decision
      return strictest
    },
  }

  function matchSafely(
    engine: Engine,
    reader: RequestReader,
    logger: Logger,
  ): ReturnType<MatchRoutes> | undefined {
    try {
      return matcherOf(engine)?.(reader.method(), reader.target())
    } catch (error) {
      logger.error({ err: error }, 'a request could not be matched with the routes of the policy')
      return undefined
    }
  }
}

/** All actions are decided before one is answered, so that their order does not matter (law 2). */
function strictestOf(all: readonly Checked[]): Checked {
  const strictest = all.reduce<Checked>((a, b) => (rankOf(b) > rankOf(a) ? b : a), {
    is: 'unguarded',
  })
  // a device that was bound for one of them stays bound, whatever the answer
  const kept = new Map<string, Cookie>()
  for (const one of all)
    if (one.is === 'proceed') for (const cookie of one.edits.cookies) kept.set(cookie.name, cookie)
  if (strictest.is === 'proceed')
    return { ...strictest, edits: { ...strictest.edits, cookies: [...kept.values()] } }
  if (strictest.is !== 'refuse') return strictest
  for (const cookie of strictest.reply.cookies) kept.set(cookie.name, cookie)
  return { ...strictest, reply: { ...strictest.reply, cookies: [...kept.values()] } }
}

const RANK = {
  unguarded: 0,
  preflight: 1,
  pass: 1,
  'opt-out': 2,
  deferred: 3,
  challenge: 4,
  deny: 5,
} as const

function rankOf(checked: Checked): number {
  return RANK[
    checked.is === 'proceed' || checked.is === 'refuse' ? checked.decision.outcome : checked.is
  ]
}

function undetermined(
  engine: Engine | undefined,
  config: GuardConfig,
  memory: RequestMemory,
  reader: RequestReader,
  logger: Logger,
): Checked {
  const base =
    engine === undefined
      ? { id: crypto.randomUUID(), at: Date.now(), action: 'unknown', revision: 'none' }
      : newDecision(engine, 'unknown', engine.current())
  const decision = refuseFailure(
    base,
    engine === undefined ? 'failure' : 'route_undetermined',
  ) as Refuse
  engine?.recorder.count('route_undetermined')
  tell(config, memory, logger, decision)
  beginDecision(config.telemetry, decision.action, logger)(decision)
  return { is: 'refuse', decision, reply: unavailableReply(reader, decision.id) }
}
