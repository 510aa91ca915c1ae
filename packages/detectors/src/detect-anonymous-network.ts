// anonymous-network: the address hides where somebody is: a VPN, a proxy, Tor, a relay, a hosting network.
import type { Detector } from '@countersign/core'
import type { Geography } from './network/network.ts'
import { readNetwork } from './network/read-network.ts'

export interface AnonymousNetworkOptions {
  /** One that knows such networks: a database of anonymous addresses is among its files. */
  readonly geography: Geography
}

/** Private addresses are unjudged: they are in no database. An address that could not be had is unknown. */
export function anonymousNetwork({ geography }: AnonymousNetworkOptions): Detector {
  return {
    code: 'anonymous-network',
    judge(scene) {
      const reading = readNetwork(scene, geography)
      if (reading.is === 'unknown') return { is: 'unknown' }
      if (reading.is === 'private') return { is: 'unjudged' }
      const { hides } = reading.network
      return hides === undefined ? { is: 'absent' } : { is: 'present', details: { hides } }
    },
  }
}
