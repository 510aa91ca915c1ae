// What is known of an address's network, whoever knows it.

/** Where an address is, and whose. Each part may be missing: not every database knows all. */
export interface Network {
  readonly asn?: number
  /** ISO 3166-1, two letters. */
  readonly country?: string
  readonly place?: Place
  /** Why the address says nothing of where somebody is. */
  readonly hides?: Hiding
}

export interface Place {
  /** Degrees. */
  readonly latitude: number
  readonly longitude: number
  /** Kilometres: the place is within this distance. */
  readonly accuracyKm: number
}

export type Hiding = 'vpn' | 'proxy' | 'tor' | 'relay' | 'hosting' | 'satellite' | 'anonymous'

/** Looks addresses up, in memory: it is asked on the way of requests. */
export interface Geography {
  /** @throws where it cannot tell: what is judged by it is unknown then. `undefined`: the address is in no database */
  lookUp(address: string): Network | undefined
}
