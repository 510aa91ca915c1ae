// Detectors hear how a challenge ended: a login whose challenge was completed is one to learn from, and no other.
import { toDetectorScene } from '../decide/facts-of-request.ts'
import type { GuardConfig } from '../decide/guard-config.ts'
import { readScene } from '../decide/read-scene.ts'
import type { Engine } from '../engine/engine.ts'
import type { Fact } from '../policy/facts.ts'
import type { Json } from '../ports/json.ts'
import type { RequestReader } from '../request/request-reader.ts'
import { tellDetectors } from '../risk/tell-detectors.ts'
import type { OpenedTicket } from '../ticket/open-ticket.ts'

/** `session`: the id that takes the current one's place. It fails nobody's challenge. */
export async function tellChallenged(
  engine: Engine,
  config: GuardConfig,
  reader: RequestReader,
  { ticket, identity, binding }: OpenedTicket,
  result: 'completed' | 'failed',
  session: string | undefined = identity.session,
): Promise<void> {
  const listeners = [...engine.detectors.values()].filter(({ challenged }) => challenged)
  if (listeners.length === 0) return
  try {
    const { action, subject } = ticket
    const now = session === undefined ? identity : { ...identity, session }
    const scene = await readScene(engine, config, { reader, action }, now, false)
    const resource = toFacts(ticket.resource)
    tellDetectors(
      engine,
      toDetectorScene(engine, scene, resource, scene.device),
      engine.logger,
      (detector) =>
        detector.challenged && ((about, emit) => detector.challenged?.(about, emit, result)),
    )
    if (result !== 'completed') return
    const codes = listeners.map(({ code }) => code)
    for (const login of [binding, scene.binding])
      if (login !== undefined) engine.answers.forget(codes, subject, login)
  } catch (error) {
    engine.logger.error({ err: error }, 'detectors could not be told of a challenge')
  }
}

function toFacts(resource: Readonly<Record<string, Json>>): Record<string, Fact<Json>> {
  return Object.fromEntries(
    Object.entries(resource).map(([name, value]) => [name, { is: 'known' as const, value }]),
  )
}
