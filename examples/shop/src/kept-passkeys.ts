// The passkeys of the shop's people, as they are kept on disk: public keys, so nothing here is a secret.
import type { ShopFiles } from './shop-files.ts'

export interface KeptPasskey {
  /** Of the credential, in base64url. */
  readonly id: string
  /** COSE, in base64url. */
  readonly publicKey: string
  /** What the authenticator counted last; 0 for those that do not count. */
  readonly counter: number
  readonly transports: readonly string[]
  /** Milliseconds since the epoch. */
  readonly addedAt: number
}

export interface KeptPasskeys {
  of(user: string): readonly KeptPasskey[]
  /** False where somebody has it already, or the user has as many as there may be. */
  add(user: string, passkey: KeptPasskey): boolean
  /** False where there was none. */
  remove(user: string, id: string): boolean
  /**
   * Notes a use. False where the counter does not go on from the one that is kept: then there are two of it, or what
   * was signed is used again (WebAuthn, 6.1.1). At one moment, so that of two uses side by side one loses.
   */
  count(user: string, id: string, counter: number): boolean
}

const FILE = 'passkeys.json'
const MOST_PER_USER = 10

export function keepPasskeys(files: ShopFiles): KeptPasskeys {
  const all = new Map(Object.entries((files.read(FILE) ?? {}) as Record<string, KeptPasskey[]>))

  function of(user: string): readonly KeptPasskey[] {
    return all.get(user) ?? []
  }

  function replace(user: string, passkeys: readonly KeptPasskey[]): void {
    all.set(user, [...passkeys])
    files.write(FILE, Object.fromEntries(all))
  }

  return {
    of,
    add(user, passkey) {
      const taken = [...all.values()].flat().some(({ id }) => id === passkey.id)
      if (taken || of(user).length >= MOST_PER_USER) return false
      replace(user, [...of(user), passkey])
      return true
    },
    remove(user, id) {
      const left = of(user).filter((passkey) => passkey.id !== id)
      if (left.length === of(user).length) return false
      replace(user, left)
      return true
    },
    count(user, id, counter) {
      const kept = of(user).find((passkey) => passkey.id === id)
      if (kept === undefined || !goesOn(kept.counter, counter)) return false
      const counted = of(user).map((passkey) => (passkey === kept ? { ...kept, counter } : passkey))
      if (counter !== kept.counter) replace(user, counted)
      return true
    },
  }
}

/** Those that are synced do not count: theirs is always 0. */
function goesOn(before: number, now: number): boolean {
  return now > before || (now === 0 && before === 0)
}
