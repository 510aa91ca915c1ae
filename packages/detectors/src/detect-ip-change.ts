// ip-change: within one login the network became another one: another /24 or /64, another operator's, another country's.
import type { Detector, DetectorScene, Observation } from '@countersign/core'
import { assertWithin } from './assert-within.ts'
import { createLoginOrigins } from './login/login-origins.ts'
import type { Geography } from './network/network.ts'
import { prefixOf } from './network/prefix-of.ts'
import { readNetwork } from './network/read-network.ts'

export interface IpChangeOptions {
  /** Without one, networks are told apart by their /24 or /64 alone, and each other one counts in full. */
  readonly geography?: Geography | undefined
  /** The share of another /24 or /64 of the same operator: mobile carriers move people about. @default 0.1 */
  readonly prefix?: number | undefined
  /** Of another operator in the same country: from home to the street. @default 0.4 */
  readonly asn?: number | undefined
}

type Origin = {
  readonly prefix: string
  readonly asn: number | null
  readonly country: string | null
}

const ABSENT: Observation = { is: 'absent' }
const UNKNOWN: Observation = { is: 'unknown' }

/**
 * Another country counts in full. What one of both is not known to be in is another one.
 *
 * @throws ConfigurationError `detector_option_malformed`
 */
export function ipChange(options: IpChangeOptions = {}): Detector {
  const { geography, prefix = 0.1, asn = 0.4 } = options
  assertWithin('ipChange', { prefix, asn }, 0, 1)
  const origins = createLoginOrigins<Origin>('ip-change')

  function read(scene: DetectorScene): Origin | undefined {
    const reading = readNetwork(scene, geography)
    if (reading.is === 'unknown') return undefined
    const network = reading.is === 'known' ? reading.network : {}
    return {
      prefix: prefixOf(reading.address),
      asn: network.asn ?? null,
      country: network.country ?? null,
    }
  }

  function compareNetworks(origin: Origin, now: Origin): Observation {
    if (origin.prefix === now.prefix) return ABSENT
    if (!isSame(origin.country, now.country) || geography === undefined)
      return { is: 'present', details: { changed: geography === undefined ? 'prefix' : 'country' } }
    return isSame(origin.asn, now.asn)
      ? { is: 'present', share: prefix, details: { changed: 'prefix' } }
      : { is: 'present', share: asn, details: { changed: 'asn' } }
  }

  return {
    code: 'ip-change',
    onceALogin: false,
    judge(scene) {
      const now = read(scene)
      if (now === undefined) return UNKNOWN
      return (
        origins.compare(
          scene,
          now,
          (origin) => compareNetworks(origin, now),
          ({ is }) => is === 'present',
        ) ?? UNKNOWN
      )
    },
    // the person is in this network: they proved it
    async challenged(scene, _, result) {
      const now = result === 'completed' ? read(scene) : undefined
      if (now !== undefined) await origins.begin(scene, now)
    },
  }
}

function isSame(a: number | string | null, b: number | string | null): boolean {
  return a !== null && a === b
}
