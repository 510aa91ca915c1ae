// Who asks, from where, with what: everything about a request that comes before the policy.
import { type DeviceReading, readDevice } from '../device/read-device.ts'
import type { Engine } from '../engine/engine.ts'
import type { Evidence } from '../evidence/evidence.ts'
import { evidenceNotBefore, readEvidence } from '../evidence/read-evidence.ts'
import type { VerifiedIdentity } from '../identity/identity.ts'
import { sessionBinding } from '../identity/session-binding.ts'
import type { Fact } from '../policy/facts.ts'
import { clientAddress } from '../request/client-address.ts'
import { isSameOrigin, mayChangeSomething } from '../request/is-same-origin.ts'
import { readCookies } from '../request/read-cookies.ts'
import type { RequestReader } from '../request/request-reader.ts'
import type { GuardConfig } from './guard-config.ts'

export interface Scene {
  readonly at: number
  readonly action: string
  readonly reader: RequestReader
  readonly cookies: ReadonlyMap<string, string>
  readonly address: Fact<string>
  readonly identity: VerifiedIdentity
  /** What evidence and trust are bound to; `undefined`: nothing yet. */
  readonly binding: string | undefined
  readonly evidence: Evidence | undefined
  readonly device: DeviceReading
  /** False for what may change something and that nothing proves to come from the own pages: no opt-out then. */
  readonly mayOptOut: boolean
}

const REVOKED: DeviceReading = Object.freeze({ is: 'none', why: 'device_revoked' })
const ADDRESS_UNKNOWN: Fact<string> = Object.freeze({ is: 'unknown', why: 'address_unknown' })

export async function readScene(
  engine: Engine,
  config: GuardConfig,
  request: { readonly reader: RequestReader; readonly action: string },
  identity: VerifiedIdentity,
  byHeader: boolean,
): Promise<Scene> {
  const { reader, action } = request
  const at = engine.clock.now()
  const cookies = readCookies(reader.header('cookie'))
  const binding = sessionBinding(identity, cookies)
  const { subject } = identity
  const revoked =
    identity.session !== undefined && engine.state.isSessionRevoked(subject, identity.session)
  const { state, sealers, freshness, deviceNames: names } = engine
  const evidence = revoked
    ? undefined
    : readEvidence({
        at,
        subject,
        binding,
        cookies,
        state,
        sealer: sealers.evidence,
        notBefore: evidenceNotBefore(freshness),
      })
  const device = revoked
    ? REVOKED
    : readDevice({ at, subject, binding, cookies, state, sealer: sealers.device, names })
  return {
    at,
    action,
    reader,
    cookies,
    address: readAddress(reader, config),
    identity,
    binding,
    // what was opened before is answered at once: only a cookie's first sight is waited for
    evidence: evidence instanceof Promise ? await evidence : evidence,
    device: device instanceof Promise ? await device : device,
    mayOptOut: byHeader || !mayChangeSomething(reader) || isSameOrigin(reader, config.publicOrigin),
  }
}

function readAddress(reader: RequestReader, config: GuardConfig): Fact<string> {
  const address = clientAddress(
    { peer: reader.peerAddress(), forwardedFor: reader.header('x-forwarded-for') },
    config.trust,
  )
  return address === undefined ? ADDRESS_UNKNOWN : { is: 'known', value: address }
}
