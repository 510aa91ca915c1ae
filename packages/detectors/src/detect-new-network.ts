// new-network: the person never signed in through this operator before. Homes are re-addressed and phones roam within
// one operator's addresses; whoever has a stolen password mostly comes through another's.
import type { Detector, Observation } from '@countersign/core'
import { ownCounts } from './history/subject-history.ts'
import type { LoginHistory } from './login/login-history.ts'
import { MISSING } from './login/login-traits.ts'
import { readNetwork } from './network/read-network.ts'

export interface NewNetworkOptions {
  /**
   * One with a geography that knows operators (ASN). Where it knows the country alone, each other address there counts as a
   * new operator's; where it knows neither, it is unknown.
   */
  readonly history: LoginHistory
}

const DEADLINE_MS = 1_000
/** A hotel, a café, a friend's: people do that in their own country. */
const SAME_COUNTRY = 0.5

const ABSENT: Observation = { is: 'absent' }
const ABROAD: Observation = { is: 'present', details: { new: 'country' } }

/** Judged once a login: half for another operator of a country where the person was before, in full for another country's. */
export function newNetwork({ history }: NewNetworkOptions): Detector {
  return {
    code: 'new-network',
    deadlineMs: DEADLINE_MS,
    ...history.hears,
    async judge(scene) {
      const { traits, history: known, proved } = await history.recall(scene)
      if (proved) return { is: 'absent', details: { proved: true } }
      // of what sort the address is; whose it is, the traits say
      const reading = readNetwork(scene, undefined)
      if (reading.is === 'unknown') return { is: 'unknown' }
      const own = ownCounts(known, scene.at)
      if (own === undefined || reading.is === 'private') return { is: 'unjudged' }
      const { address, asn, country } = traits.values
      if (own.count('address', address) > 0) return ABSENT
      if (asn !== MISSING && own.count('asn', asn) > 0) return ABSENT
      // an operator that no database knows may be any, and so is a new one
      if (country === MISSING) return asn === MISSING ? { is: 'unknown' } : ABROAD
      return own.count('country', country) > 0
        ? { is: 'present', share: SAME_COUNTRY, details: { new: 'operator' } }
        : ABROAD
    },
  }
}
