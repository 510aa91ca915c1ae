// All facts about one request, in the one shape that a policy reads.
import type { DeviceReading } from '../device/read-device.ts'
import type { Engine } from '../engine/engine.ts'
import type { PreparedActivation } from '../engine/prepare-activation.ts'
import { type Evidence, toFactors } from '../evidence/evidence.ts'
import { countEvidence, evidenceNotBefore } from '../evidence/read-evidence.ts'
import type { Fact, Factor, Facts, TrustedDevice } from '../policy/facts.ts'
import type { Json } from '../ports/json.ts'
import type { Resource } from '../request/coerce-resource.ts'
import type { DetectorScene } from '../risk/detector.ts'
import { gatherSignals, type Signals } from '../risk/gather-signals.ts'
import type { Scene } from './read-scene.ts'

export function factsOfRequest(
  engine: Engine,
  activation: PreparedActivation,
  scene: Scene,
  resource: Resource,
  device: DeviceReading,
): Facts | Promise<Facts> {
  const detectorScene = toDetectorScene(engine, scene, resource, device)
  const about = {
    subject: scene.identity.subject,
    session: scene.identity.session,
    device: device.is === 'bound' ? device.cookie.device : undefined,
    address: scene.address.is === 'known' ? scene.address.value : undefined,
  }
  const signals = gatherSignals(
    activation.policy.signals,
    engine.detectors,
    detectorScene,
    {
      find: (code) => engine.state.signal(code, about, scene.at, halfLifeOf(activation, code)),
      mayHold: (code) => engine.state.maySignal(code, about, scene.at),
    },
    engine.answers,
    scene.binding,
  )
  return signals instanceof Promise
    ? signals.then((gathered) => toFacts(engine, activation, scene, resource, device, gathered))
    : toFacts(engine, activation, scene, resource, device, signals)
}

function halfLifeOf(
  { policy: { compiled } }: PreparedActivation,
  code: string,
): number | undefined {
  const { halfLives } = compiled
  return halfLives !== undefined && Object.hasOwn(halfLives, code) ? halfLives[code] : undefined
}

export function toDetectorScene(
  engine: Engine,
  scene: Scene,
  resource: Resource,
  device: DeviceReading,
): DetectorScene {
  return {
    at: scene.at,
    action: scene.action,
    resource,
    subject: scene.identity.subject,
    session: scene.identity.session,
    login: scene.binding,
    // worked out only where a detector asks
    get factors() {
      return factorsOf({ identity: scene.identity, evidence: evidenceNow(engine, scene) })
    },
    authTime: scene.identity.authTime,
    address: scene.address,
    device: device.is === 'bound' ? 'trusted' : device.is === 'unbound' ? 'unchecked' : 'none',
    deviceId: device.is === 'none' ? undefined : device.cookie.device,
    store: engine.store,
    credentialsChangedAt: engine.state.credentialChangedAt(scene.identity.subject),
    header: (name) => scene.reader.header(name),
  }
}

const SESSION_UNKNOWN: Fact<string> = Object.freeze({ is: 'unknown', why: 'fact_missing' })

function toFacts(
  engine: Engine,
  activation: PreparedActivation,
  scene: Scene,
  resource: Resource,
  device: DeviceReading,
  signals: Signals,
): Facts {
  const { identity } = scene
  const evidence = evidenceNow(engine, scene)
  return Object.freeze({
    at: scene.at,
    action: scene.action,
    resource,
    address: scene.address,
    subject: { id: identity.subject, claims: claimsOf(activation, scene) },
    session: {
      id:
        identity.session === undefined
          ? SESSION_UNKNOWN
          : { is: 'known' as const, value: identity.session },
      factors: factorsOf({ identity, evidence }),
      ...(evidence?.permits === undefined ? {} : { permits: evidence.permits }),
    },
    device: toDeviceFact(device),
    signals,
  })
}

/** What was waited for since it was read may have ended it, or this instance be stale. */
export function evidenceNow(
  engine: Engine,
  { at, identity, evidence }: Scene,
): Evidence | undefined {
  if (evidence === undefined) return undefined
  const { subject, session } = identity
  const { state, freshness } = engine
  if (session !== undefined && state.isSessionRevoked(subject, session)) return undefined
  return countEvidence({ at, subject, state, notBefore: evidenceNotBefore(freshness) }, evidence)
}

const CLAIM_UNKNOWN: Fact<Json> = Object.freeze({ is: 'unknown', why: 'fact_wrong_type' })

const CLAIM_ABSENT: Fact<Json> = Object.freeze({ is: 'absent' })

/**
 * What the policy reads of the claims. One that a verified identity does not name is absent; where the claims as a whole
 * could not be read, all are unknown.
 */
function claimsOf({ reads }: PreparedActivation, { identity }: Scene): Facts['subject']['claims'] {
  const claims: Record<string, Fact<Json>> = {}
  const missing = identity.unreadable.includes('claims') ? CLAIM_UNKNOWN : CLAIM_ABSENT
  for (const name of reads.claims) claims[name] = identity.claims[name] ?? missing
  return claims
}

export function factorsOf({
  identity: { acr, amr, authTime },
  evidence,
}: Pick<Scene, 'identity' | 'evidence'>): readonly Factor[] {
  const own: { -readonly [key in keyof Factor]: Factor[key] } = { amr, from: 'identity' }
  if (acr !== undefined) own.acr = acr
  if (authTime !== undefined) own.at = authTime
  return evidence === undefined ? [own] : [own, ...toFactors(evidence)]
}

// no cookie is what a client can leave out: unknown, not absent
function toDeviceFact(device: DeviceReading): Fact<TrustedDevice> {
  if (device.is === 'none') return { is: 'unknown', why: device.why }
  if (device.is === 'unbound') return { is: 'unknown', why: 'device_unchecked' }
  const { cookie } = device
  return {
    is: 'known',
    value: {
      id: cookie.device,
      trustedAt: cookie.grantedAt,
      usedAt: cookie.usedAt,
      activation: cookie.activation,
      limits: cookie.limits,
    },
  }
}
