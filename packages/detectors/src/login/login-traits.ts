// What a login is compared by: its address and its browser, from coarse to fine.
import type { DetectorScene, LoginField } from '@countersign/core'
import { readBrowser } from '../browser/read-browser.ts'
import { hashOf } from '../hash-of.ts'
import type { Geography, Place } from '../network/network.ts'
import { readNetwork } from '../network/read-network.ts'

export interface LoginTraits {
  /** By field; the finest ones as hashes, what is missing as `-`. */
  readonly values: Readonly<Record<LoginField, string>>
  /** Where it came from; `undefined` where nobody knows, or the network hides it. */
  readonly place: Place | undefined
}

export const FIELDS: readonly LoginField[] = [
  ...(['address', 'asn', 'country'] as const),
  ...(['userAgent', 'browser', 'os', 'deviceType'] as const),
]

/** The literal of the model for what is missing: counted, never skipped. */
export const MISSING = '-'

const MOST_CHARACTERS = 48

/** @throws where the geography cannot tell */
export function readTraits(
  scene: Pick<DetectorScene, 'address' | 'header'>,
  geography: Geography | undefined,
): LoginTraits {
  const reading = readNetwork(scene, geography)
  const network = reading.is === 'known' ? reading.network : {}
  const browser = readBrowser(scene.header('user-agent'))
  const values = {
    address: reading.is === 'unknown' ? MISSING : hashOf('address', reading.address),
    asn: network.asn === undefined ? MISSING : String(network.asn),
    country: network.country ?? MISSING,
    userAgent: browser.userAgent === MISSING ? MISSING : hashOf('userAgent', browser.userAgent),
    browser: nameAndVersion(browser.name, browser.version),
    os: nameAndVersion(browser.os, browser.osVersion),
    deviceType: browser.deviceType,
  }
  return { values, place: network.hides === undefined ? network.place : undefined }
}

function nameAndVersion(name: string, version: string): string {
  if (name === MISSING) return MISSING
  return `${name} ${version}`.slice(0, MOST_CHARACTERS)
}
