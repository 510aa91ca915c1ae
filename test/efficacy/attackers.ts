// Who else comes with a person's password: by what is known of the person.
import type { Random } from './random.ts'
import { addressIn, type World } from './world.ts'

export const ATTACKERS = ['naive', 'VPN', 'targeted'] as const
export type Attacker = (typeof ATTACKERS)[number]

/** What an attacker sees of the world: other people's logins, as they would be read in a leaked log. */
export interface Shown {
  readonly address: string
  readonly userAgent: string
}

export interface Attacks {
  /** @param victim their last login @param others logins of late, of anybody */
  attempt(random: Random, attacker: Attacker, victim: Shown, others: readonly Shown[]): Shown
}

/**
 * Naive: from anywhere, with a popular browser. VPN: the same through a hosting network of the right country. Targeted: from a provider of the right country that people there use, with the victim's
 * own browser.
 */
export function simulatedAttacks(world: World): Attacks {
  return {
    attempt(random, attacker, victim, others) {
      const popular = random.pick(others).userAgent
      if (attacker === 'naive') {
        const use = random.chance(0.3) ? 'hosting' : 'home'
        const provider = world.provider(random, random.pick(world.countries), use)
        return { address: addressIn(random, provider), userAgent: popular }
      }
      const country = world.lookUp(victim.address)?.country ?? 'NO'
      if (attacker === 'VPN') {
        const provider = world.provider(random, country, 'hosting')
        return { address: addressIn(random, provider), userAgent: popular }
      }
      const provider = world.provider(random, country, 'home')
      return { address: addressIn(random, provider), userAgent: victim.userAgent }
    },
  }
}
