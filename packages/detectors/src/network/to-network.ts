// A record of a database, as what is known of a network. Records of MaxMind's editions, and of free ones that have the
// same in fewer words.
import type { Hiding, Network, Place } from './network.ts'

type Fields = Readonly<Record<string, unknown>>

/** Databases say so where they do not say how far they are out. */
const ACCURACY_KM = 100

/** The worst first: a record may have several. */
const HIDING: readonly (readonly [string, Hiding])[] = [
  ['is_tor_exit_node', 'tor'],
  ['is_anonymous_vpn', 'vpn'],
  ['is_public_proxy', 'proxy'],
  ['is_residential_proxy', 'proxy'],
  ['is_anonymous_proxy', 'proxy'],
  ['is_hosting_provider', 'hosting'],
  ['is_satellite_provider', 'satellite'],
  ['is_anonymous', 'anonymous'],
]

/** What a record does not say, or says in a way that cannot be, is not known. `undefined` for no record. */
export function toNetwork(record: unknown): Network | undefined {
  if (record === null || record === undefined) return undefined
  const fields = fieldsOf(record)
  if (fields === undefined) throw new Error('a record of a database is none')
  const asn = fields['autonomous_system_number']
  const country = countryOf(fields)
  const place = placeOf(fieldsOf(fields['location']) ?? fields)
  const traits = fieldsOf(fields['traits']) ?? {}
  const hides = HIDING.find(([flag]) => fields[flag] === true || traits[flag] === true)?.[1]
  return {
    ...(Number.isSafeInteger(asn) ? { asn: asn as number } : {}),
    ...(country === undefined ? {} : { country }),
    ...(place === undefined ? {} : { place }),
    ...(hides === undefined ? {} : { hides }),
  }
}

function countryOf(fields: Fields): string | undefined {
  const code = fieldsOf(fields['country'])?.['iso_code'] ?? fields['country_code']
  return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? code : undefined
}

function placeOf({ latitude, longitude, accuracy_radius: radius }: Fields): Place | undefined {
  if (!isWithin(latitude, 90) || !isWithin(longitude, 180)) return undefined
  const accuracyKm = typeof radius === 'number' && radius >= 0 ? radius : ACCURACY_KM
  return { latitude, longitude, accuracyKm }
}

function isWithin(degrees: unknown, most: number): degrees is number {
  return typeof degrees === 'number' && Math.abs(degrees) <= most
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : undefined
}
