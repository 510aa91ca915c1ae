// One decision per request, action and resource (law 13), and the one place where failures inside are caught (law 8).
import { refuseFailure } from '../decide/compose-decision.ts'
import type { Decision, Refuse } from '../decide/decision.ts'
import { toDetectorScene } from '../decide/facts-of-request.ts'
import type { GuardConfig } from '../decide/guard-config.ts'
import type { GuardedRequest } from '../decide/guarded-request.ts'
import { observeShadow } from '../decide/observe-shadow.ts'
import { toDecisionEntry } from '../decide/to-decision-entry.ts'
import type { Engine } from '../engine/engine.ts'
import { type Evaluated, evaluateRequest } from '../evaluate-request.ts'
import type { Logger } from '../ports/logger.ts'
import { PREFLIGHT_REPLY, unavailableReply } from '../reply/build-reply.ts'
import { GUARDED_HEADERS } from '../reply/reply.ts'
import { toReply } from '../reply/to-reply.ts'
import { coerceResource } from '../request/coerce-resource.ts'
import { isPrefetch, isPreflight } from '../request/request-kind.ts'
import { beside, tellDetectors } from '../risk/tell-detectors.ts'
import type { Checked } from './checked.ts'
import type { RequestMemory } from './request-memory.ts'
import { beginDecision } from './tell-telemetry.ts'

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
  const fixed: GuardedRequest = { ...request, resource: given, spending: memory }
  for (const earlier of memory.decided) {
    if (earlier.action !== request.action || !(await isSameResource(engineOf, earlier, given)))
      continue
    const checked = await earlier.checked
    // what a page had to leave to a route handler, the handler decides
    if (checked.is !== 'deferred' || request.mode === 'page') return checked
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
  const end = beginDecision(config.telemetry, request.action, logger)
  let engine: Engine | undefined
  let checked: Checked
  try {
    engine = await engineOf()
    checked = await checkWith(engine, config, memory, request, logger)
  } catch (error) {
    checked = refuseUndecided(engine, config, memory, request, logger, error)
  }
  end(decisionOf(checked, request))
  return checked
}

/** Where a proxy lets a request go on, the handler behind it decides. */
function decisionOf(checked: Checked, { mode }: GuardedRequest): Decision | undefined {
  if (checked.is === 'refuse') return checked.decision
  return checked.is === 'proceed' && mode !== 'proxy' ? checked.decision : undefined
}

/** Nothing in here may fail: it is what failures come to. */
function refuseUndecided(
  engine: Engine | undefined,
  config: GuardConfig,
  memory: RequestMemory,
  { reader, action }: GuardedRequest,
  logger: Logger,
  error: unknown,
): Checked {
  const id = crypto.randomUUID()
  logger.error(
    { err: error, decision: id, action },
    'a request could not be decided: it is refused',
  )
  const at = engine?.clock.now() ?? Date.now()
  const decision = refuseFailure({ id, at, action, revision: 'none' }, 'failure') as Refuse
  engine?.recorder.count('failure')
  tell(config, memory, logger, decision)
  return { is: 'refuse', decision, reply: unavailableReply(reader, id) }
}

async function checkWith(
  engine: Engine,
  config: GuardConfig,
  memory: RequestMemory,
  request: GuardedRequest,
  logger: Logger,
): Promise<Checked> {
  const { reader } = request
  // a proxy leaves it to the app's own CORS behind it
  if (isPreflight(reader))
    return request.mode === 'proxy'
      ? { is: 'unguarded' }
      : { is: 'preflight', reply: PREFLIGHT_REPLY }
  // a page fetched ahead of time may be shown, but nothing is spent or bound for it (T39)
  const ahead = request.mode === 'full' && isPrefetch(reader)
  const evaluated = await evaluateRequest(
    engine,
    config,
    ahead ? { ...request, mode: 'proxy' } : request,
  )
  if (evaluated.deferred !== undefined && !ahead) return { is: 'deferred', to: evaluated.deferred }
  const { decision } = evaluated
  keep(engine, evaluated, ahead)
  if (!ahead) shadow(engine, evaluated, request, logger)
  // a proxy's go-on is observed by the handler behind it; what is fetched ahead, nobody did
  if (!ahead && (request.mode !== 'proxy' || !decision.proceed)) observe(engine, evaluated, logger)
  if (decision.proceed) {
    tell(config, memory, logger, decision)
    return {
      is: 'proceed',
      decision,
      edits: { headers: GUARDED_HEADERS, cookies: evaluated.cookies },
    }
  }
  const refused = await toReply(engine, config, reader, { ...evaluated, decision })
  tell(config, memory, logger, refused.decision)
  return { is: 'refuse', ...refused }
}

/** An honoured opt-out is recorded already; refusals of nobody are counted, or anybody could fill the log. */
function keep(engine: Engine, { decision, basis }: Evaluated, ahead: boolean): void {
  if (basis === undefined) {
    const [first] = decision.reasons
    engine.recorder.count(first?.code ?? 'failure')
    return
  }
  if (decision.outcome === 'opt-out') return
  const entry = toDecisionEntry(decision, basis)
  // what is fetched ahead honours no opt-out: without a word on it the record could not be derived again (law 9)
  engine.recorder.note(ahead ? { ...entry, ahead } : entry)
}

function observe(engine: Engine, { basis, decision }: Evaluated, logger: Logger): void {
  if (basis === undefined) return
  const { scene, resource } = basis
  tellDetectors(
    engine,
    toDetectorScene(engine, scene, resource, scene.device),
    logger,
    (detector) =>
      detector.observe === undefined
        ? undefined
        : (scene, emit) => detector.observe?.(scene, emit, decision.outcome),
  )
}

/** Asks the candidate that is only watched, if there is one. A proxy leaves that to the handler behind it. */
function shadow(
  engine: Engine,
  { decision, basis }: Evaluated,
  { mode, resource }: GuardedRequest,
  logger: Logger,
): void {
  if (basis === undefined || mode === 'proxy') return
  if (engine.trying()?.rollout.plan.kind !== 'shadow') return
  beside(logger, 'a shadowed policy could not be asked', async () =>
    observeShadow(engine, decision, basis, await resource()),
  )
}

/** Keeps the decision for `guard.decision`, and tells the app. */
export function tell(
  { onDecision }: GuardConfig,
  memory: RequestMemory,
  logger: Logger,
  decision: Decision,
): void {
  memory.last = decision
  if (onDecision !== undefined) beside(logger, 'onDecision failed', () => onDecision(decision))
}

function readOnce(read: () => unknown): () => unknown {
  let known: { readonly value: unknown } | undefined
  return () => {
    known ??= { value: read() }
    return known.value
  }
}

/** Compared as the policy sees it: declared attributes, typed. What cannot be compared is decided anew. */
async function isSameResource(
  engineOf: () => Promise<Engine>,
  earlier: RequestMemory['decided'][number],
  given: () => unknown,
): Promise<boolean> {
  try {
    const plan = (await engineOf()).current()?.policy.planFor(earlier.action)
    if (plan === undefined) return false
    const [before, now] = await Promise.all([earlier.resource(), given()])
    return (
      JSON.stringify(coerceResource(plan.declaration, before)) ===
      JSON.stringify(coerceResource(plan.declaration, now))
    )
  } catch {
    return false
  }
}
