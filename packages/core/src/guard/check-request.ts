// One decision per request, action and resource (law 13), and the one place where failures inside are caught (law 8).

import { refuseFailure } from '../decide/compose-decision.ts'
import type { Decision, Refuse } from '../decide/decision.ts'
import { toDetectorScene } from '../decide/facts-of-request.ts'
import type { GuardConfig } from '../decide/guard-config.ts'
import type { GuardedRequest } from '../decide/guarded-request.ts'
import { toDecisionEntry } from '../decide/to-decision-entry.ts'
import type { Engine } from '../engine/engine.ts'
import { type Evaluated, evaluateRequest } from '../evaluate-request.ts'
import type { Logger } from '../ports/logger.ts'
import { problemReply } from '../reply/build-reply.ts'
import { GUARDED_HEADERS } from '../reply/reply.ts'
import { toReply } from '../reply/to-reply.ts'
import { coerceResource } from '../request/coerce-resource.ts'
import { isPrefetch } from '../request/request-kind.ts'
import type { Checked } from './create-guard-core.ts'
import type { RequestMemory } from './request-memory.ts'

export async function checkRequest(
  engineOf: () => Promise<Engine>,
  config: GuardConfig,
  memory: RequestMemory,
  request: GuardedRequest,
  logger: Logger,
): Promise<Checked> {
  // what a proxy decides is no decision of the handler's
  if (request.mode === 'proxy') return await checkAnew(engineOf, config, memory, request, logger)
  const given = readOnce(request.resource)
  const fixed: GuardedRequest = { ...request, resource: given }
  for (const earlier of memory.decided) {
    if (earlier.action === request.action && (await isSameResource(engineOf, earlier, given)))
      return earlier.checked
  }
  const shared = {
    action: request.action,
    resource: given,
    checked: checkAnew(engineOf, config, memory, fixed, logger),
  }
  memory.decided.push(shared)
  return await shared.checked
}

async function checkAnew(
  engineOf: () => Promise<Engine>,
  config: GuardConfig,
  memory: RequestMemory,
  request: GuardedRequest,
  logger: Logger,
): Promise<Checked> {
  try {
    return await checkWith(await engineOf(), config, memory, request)
  } catch (error) {
    const id = crypto.randomUUID()
    logger.error(
      { err: error, decision: id, action: request.action },
      'a request could not be decided: it is refused',
    )
    const base = { id, at: Date.now(), action: request.action, revision: 'none' }
    const decision = refuseFailure(base, 'failure') as Refuse
    memory.last = decision
    return {
      is: 'refuse',
      decision,
      reply: problemReply(request.reader, 'unavailable', [], { decision: id }),
    }
  }
}

async function checkWith(
  engine: Engine,
  config: GuardConfig,
  memory: RequestMemory,
  request: GuardedRequest,
): Promise<Checked> {
  const { reader } = request
  // a page fetched ahead of time may be shown, but nothing is spent or bound for it (T39)
  const ahead = request.mode === 'full' && isPrefetch(reader)
  const evaluated = await evaluateRequest(
    engine,
    config,
    ahead ? { ...request, mode: 'proxy' } : request,
  )
  if (evaluated.deferred !== undefined && !ahead) return { is: 'deferred', to: evaluated.deferred }
  const { decision } = evaluated
  keep(engine, evaluated)
  if (decision.proceed) {
    told(engine, config, memory, decision)
    return {
      is: 'proceed',
      decision,
      edits: { headers: GUARDED_HEADERS, cookies: evaluated.cookies },
    }
  }
  const refused = await toReply(engine, config, reader, { ...evaluated, decision })
  told(engine, config, memory, refused.decision)
  return { is: 'refuse', ...refused }
}

/** An honoured opt-out is recorded already; refusals of nobody are counted, or anybody could fill the log. */
function keep(engine: Engine, { decision, basis }: Evaluated): void {
  if (basis === undefined) {
    const [first] = decision.reasons
    engine.recorder.count(first?.code ?? 'failure')
    return
  }
  if (decision.outcome !== 'opt-out') engine.recorder.note(toDecisionEntry(decision, basis))
  const scene = toDetectorScene(engine, basis.scene, basis.scene.device)
  const about = { subject: basis.scene.identity.subject }
  for (const detector of engine.detectors.values()) {
    try {
      detector.observe?.(scene, ({ code, share, forMs }) =>
        engine.emit(
          { code, share, about, until: scene.at + forMs },
          `observed by the detector ${detector.code}`,
        ),
      )
    } catch (error) {
      engine.logger.error({ err: error, detector: detector.code }, 'a detector failed')
    }
  }
}

function told(
  engine: Engine,
  config: GuardConfig,
  memory: RequestMemory,
  decision: Decision,
): void {
  memory.last = decision
  try {
    config.onDecision?.(decision)
  } catch (error) {
    engine.logger.error({ err: error, decision: decision.id }, 'onDecision failed')
  }
}

function readOnce(read: () => unknown): () => unknown {
  let known: { readonly value: unknown } | undefined
  return () => {
    known ??= { value: read() }
    return known.value
  }
}

/** Compared as the policy sees it: declared attributes, typed. */
async function isSameResource(
  engineOf: () => Promise<Engine>,
  earlier: RequestMemory['decided'][number],
  given: () => unknown,
): Promise<boolean> {
  const plan = (await engineOf()).current()?.policy.planFor(earlier.action)
  if (plan === undefined) return true
  const facts = [earlier.resource(), given()].map((one) =>
    JSON.stringify(coerceResource(plan.declaration, one)),
  )
  return facts[0] === facts[1]
}
