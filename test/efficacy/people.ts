// The simulated people and half a year of their logins: homes whose addresses change, work, mobile carriers, travel,
// several devices, browser updates, a new phone now and then.

import { type Device, makeDevice, userAgentOf } from './browsers.ts'
import type { Random } from './random.ts'
import { addressIn, type Provider, type World } from './world.ts'

export interface Login {
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly user: number
  readonly address: string
  readonly userAgent: string
  /** Which of the user's devices. */
  readonly device: Device
}

export const START: number = Date.UTC(2026, 0, 1)
const DAY_MS = 86_400_000
export const DAYS = 182

interface Person {
  readonly user: number
  readonly country: string
  readonly home: Provider
  readonly carrier: Provider
  /** One address for all who work there. */
  readonly office: string | undefined
  readonly hour: number
  readonly devices: Device[]
  /** Travels between these days, in this country. */
  readonly trip:
    | { readonly from: number; readonly to: number; readonly country: string }
    | undefined
}

/** In the order of time. */
export function simulateLogins(random: Random, world: World, users: number): readonly Login[] {
  const offices = new Map<string, string[]>()
  for (const country of world.countries)
    offices.set(
      country,
      Array.from({ length: Math.max(1, Math.round(users / 150)) }, () =>
        addressIn(random, world.provider(random, country, 'work')),
      ),
    )
  const logins: Login[] = []
  for (let user = 0; user < users; user++)
    loginsOf(random, world, makePerson(random, world, offices, user), logins)
  return logins.sort((a, b) => a.at - b.at || a.user - b.user)
}

function makePerson(
  random: Random,
  world: World,
  offices: ReadonlyMap<string, readonly string[]>,
  user: number,
): Person {
  const country = world.country(random)
  const devices = [makeDevice(random, random.chance(0.5))]
  if (random.chance(0.7)) devices.push(makeDevice(random, !devices[0]?.phone))
  if (random.chance(0.2)) devices.push(makeDevice(random, random.chance(0.5)))
  const from = random.below(DAYS)
  return {
    ...{ user, country, devices },
    home: world.provider(random, country, 'home'),
    carrier: world.provider(random, country, 'mobile'),
    office: random.chance(0.5) ? random.pick(offices.get(country) ?? []) : undefined,
    hour: 6 + random.below(16),
    trip: random.chance(0.3)
      ? {
          from,
          to: from + 2 + random.below(12),
          country: random.chance(0.5) ? country : world.country(random),
        }
      : undefined,
  }
}

function loginsOf(random: Random, world: World, person: Person, into: Login[]): void {
  const count = Math.max(2, Math.min(150, Math.round(Math.exp(random.normal(Math.log(18), 0.8)))))
  const times = Array.from({ length: count }, () => timeOf(random, person.hour)).sort(
    (a, b) => a - b,
  )
  let home = addressIn(random, person.home)
  let leased = 0
  for (const since of times) {
    const day = since / DAY_MS
    // providers give out new addresses every month or so
    if (random.chance(1 - Math.exp(-(day - leased) / 45))) {
      home = addressIn(random, person.home)
      leased = day
    }
    if (random.chance(0.003))
      person.devices[0] = makeDevice(random, person.devices[0]?.phone ?? true)
    const device = random.chance(0.7) ? person.devices[0] : random.pick(person.devices)
    if (device === undefined) continue
    into.push({
      ...{ at: START + since, user: person.user, device },
      address: addressNow(random, world, person, device, home, day),
      userAgent: userAgentOf(device, since),
    })
  }
}

function timeOf(random: Random, hour: number): number {
  const inDay = (((random.normal(hour, 2.5) % 24) + 24) % 24) / 24
  return Math.floor((random.below(DAYS) + inDay) * DAY_MS)
}

function addressNow(
  random: Random,
  world: World,
  person: Person,
  device: Device,
  home: string,
  day: number,
): string {
  const { trip } = person
  if (trip !== undefined && day >= trip.from && day < trip.to)
    // a phone that roams goes out through its own carrier
    return device.phone && random.chance(0.5)
      ? addressIn(random, person.carrier)
      : addressIn(random, world.provider(random, trip.country, 'hotel'))
  if (device.phone && random.chance(0.5)) return addressIn(random, person.carrier)
  const office = person.office
  return office !== undefined && !device.phone && random.chance(0.5) ? office : home
}
