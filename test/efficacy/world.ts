// The networks of the simulated world: countries with providers, mobile carriers, hotels and hosting, and what a
// database says of their addresses.
import type { Network } from '@countersign/detectors'
import type { Random } from './random.ts'

export type Use = 'home' | 'mobile' | 'work' | 'hotel' | 'hosting'

export interface Provider {
  readonly asn: number
  readonly country: string
  readonly use: Use
  /** The first two parts of its addresses. */
  readonly prefix: string
}

export interface World {
  /** One that people use, by its share of the market. */
  provider(random: Random, country: string, use: Use): Provider
  country(random: Random): string
  readonly countries: readonly string[]
  /** What the databases say: places within a city's distance, and four of five hosting networks as such. */
  lookUp(address: string): Network | undefined
}

/** Share of the people, and where. */
const COUNTRIES: readonly (readonly [string, number, number, number])[] = [
  ['NO', 0.62, 59.9, 10.7],
  ['SE', 0.14, 59.3, 18.1],
  ['DE', 0.1, 52.5, 13.4],
  ['GB', 0.05, 51.5, -0.1],
  ['US', 0.04, 40.7, -74],
  ['BR', 0.01, -23.5, -46.6],
  ['IN', 0.01, 19.1, 72.9],
  ['VN', 0.01, 21, 105.8],
  ['NG', 0.01, 6.5, 3.4],
  ['RU', 0.01, 55.8, 37.6],
]

const USES: readonly (readonly [Use, readonly number[]])[] = [
  ['home', [0.4, 0.3, 0.2, 0.1]],
  ['mobile', [0.5, 0.3, 0.2]],
  ['work', [0.4, 0.2, 0.2, 0.1, 0.1]],
  ['hotel', [0.5, 0.5]],
  ['hosting', [0.4, 0.3, 0.3]],
]

export function createWorld(): World {
  const byUse = new Map<string, (readonly [Provider, number])[]>()
  const byPrefix = new Map<string, Provider>()
  let count = 0
  for (const [country] of COUNTRIES)
    for (const [use, shares] of USES) {
      const providers = shares.map((share): readonly [Provider, number] => {
        count += 1
        const prefix = `${21 + Math.floor(count / 200)}.${count % 200}`
        return [{ asn: 64_000 + count, country, use, prefix }, share]
      })
      byUse.set(`${country} ${use}`, providers)
      for (const [provider] of providers) byPrefix.set(provider.prefix, provider)
    }

  return {
    countries: COUNTRIES.map(([country]) => country),
    country: (random) =>
      random.weighted(COUNTRIES.map(([country, share]) => [country, share] as const)),
    provider: (random, country, use) => random.weighted(byUse.get(`${country} ${use}`) ?? []),
    lookUp(address) {
      const [a, b, c = ''] = address.split('.')
      const provider = byPrefix.get(`${a}.${b}`)
      const [, , latitude, longitude] =
        COUNTRIES.find(([country]) => country === provider?.country) ?? []
      if (provider === undefined || latitude === undefined || longitude === undefined)
        return undefined
      const known = provider.use === 'hosting' && Number(c) % 5 !== 0
      return {
        asn: provider.asn,
        country: provider.country,
        place: { latitude: latitude + (Number(c) % 20) / 10, longitude, accuracyKm: 50 },
        ...(known ? { hides: 'hosting' as const } : {}),
      }
    },
  }
}

export function addressIn(random: Random, { prefix }: Provider): string {
  return `${prefix}.${random.below(256)}.${1 + random.below(254)}`
}
