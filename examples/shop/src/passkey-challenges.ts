// The challenges that passkeys sign: random, each for one purpose of one person, good once and for five minutes.
import { randomBytes } from 'node:crypto'

export interface PasskeyChallenges {
  /** @param purpose what it may be used for, such as one ticket */
  give(user: string, purpose: string): Uint8Array<ArrayBuffer>
  /** True where it was given for just this and is not over. It is used up, whatever comes of it. */
  take(user: string, purpose: string, challenge: string): boolean
}

interface Given {
  readonly purpose: string
  readonly until: number
}

const LIFETIME_MS = 5 * 60_000
/** For each person: the newest. Nobody can have those of another forgotten. */
const MOST_PER_USER = 20

/** In memory: after a restart a page is loaded again. */
export function createPasskeyChallenges(now: () => number): PasskeyChallenges {
  const given = new Map<string, Map<string, Given>>()

  return {
    give(user, purpose) {
      const bytes = new Uint8Array(randomBytes(32))
      const own = given.get(user) ?? new Map<string, Given>()
      own.set(Buffer.from(bytes).toString('base64url'), { purpose, until: now() + LIFETIME_MS })
      for (const challenge of [...own.keys()].slice(0, -MOST_PER_USER)) own.delete(challenge)
      given.set(user, own)
      return bytes
    },
    take(user, purpose, challenge) {
      const own = given.get(user)
      const one = own?.get(challenge)
      own?.delete(challenge)
      return one !== undefined && one.purpose === purpose && one.until > now()
    },
  }
}
