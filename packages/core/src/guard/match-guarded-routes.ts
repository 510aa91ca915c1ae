// Guarding by the policy's routes: every action whose route matches is decided, and the strictest wins.
import { isStricter, newDecision, refuseFailure } from '../decide/compose-decision.ts'
import type { Refuse } from '../decide/decision.ts'
import type { GuardConfig } from '../decide/guard-config.ts'
import type { GuardedRequest } from '../decide/guarded-request.ts'
import type { Engine } from '../engine/engine.ts'
import type { Logger } from '../ports/logger.ts'
import { problemReply } from '../reply/build-reply.ts'
import { type MatchRoutes, prepareRoutes } from '../request/prepare-routes.ts'
import type { RequestReader } from '../request/request-reader.ts'
import { checkRequest } from './check-request.ts'
import type { Checked } from './create-guard-core.ts'
import type { RequestMemory } from './request-memory.ts'

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
      matcher = prepareRoutes(active.activation.policy.routes, own)
      prepared.set(active, matcher)
    }
    return matcher
  }

  return {
    async check(engineOf, memory, reader, logger, toRequest) {
      const engine = await engineOf().catch(() => undefined)
      const match = engine && matcherOf(engine)?.(reader.method(), reader.target())
      if (match?.is === 'none') return { is: 'unguarded' }
      // without an engine, a policy or a readable target any route may be meant
      if (match?.is !== 'matched') return undetermined(engine, memory, reader)
      let strictest: Checked = { is: 'unguarded' }
      for (const action of match.actions) {
        const checked = await checkRequest(engineOf, config, memory, toRequest(action), logger)
        if (checked.is === 'refuse' || checked.is === 'deferred') return checked
        if (isStricterThan(checked, strictest)) strictest = withCookiesOf(checked, strictest)
      }
      return strictest
    },
  }
}

function isStricterThan(a: Checked, b: Checked): boolean {
  return (
    a.is === 'proceed' && (b.is !== 'proceed' || isStricter(a.decision.outcome, b.decision.outcome))
  )
}

function withCookiesOf(checked: Checked, earlier: Checked): Checked {
  if (checked.is !== 'proceed' || earlier.is !== 'proceed') return checked
  const cookies = [...earlier.edits.cookies, ...checked.edits.cookies]
  return { ...checked, edits: { ...checked.edits, cookies } }
}

function undetermined(
  engine: Engine | undefined,
  memory: RequestMemory,
  reader: RequestReader,
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
  memory.last = decision
  return {
    is: 'refuse',
    decision,
    reply: problemReply(reader, 'unavailable', [], { decision: decision.id }),
  }
}
