// The shop's second factor: TOTP (RFC 6238), each code good once.
import { Secret, TOTP } from 'otpauth'
import { isUser } from './check-password.ts'
import type { ShopFiles } from './shop-files.ts'

export interface OneTimeCodes {
  /** True once for each code, for a step before or after the present one too. Takes what a form sent, whatever its type. */
  spend(user: string, code: unknown): boolean
  /** The next code that `spend` takes; undefined for an unknown user, or when all are spent: wait for the next step. */
  current(user: string): string | undefined
}

const FILE = 'spent-codes.json'
const STEP_MS = 30_000
const WINDOW = 1
/** In the demo no phone holds the secret, and a newcomer proves more in 30 seconds than a phone has codes for. */
const DEMO_STEPS_AHEAD = 60

/** @param demo widens the window ahead by half an hour, for the demo authenticator only. */
export function createOneTimeCodes(
  files: ShopFiles,
  options: { readonly demo: boolean; readonly now: () => number },
): OneTimeCodes {
  const ahead = options.demo ? DEMO_STEPS_AHEAD : WINDOW
  const spent = readSpent(files.read(FILE))

  /** Spent steps are kept for as long as the window could admit them, over restarts too (RFC 6238, 5.2). */
  function markSpent(user: string, step: number, now: number): void {
    const recent = [...(spent.get(user) ?? [])].filter((earlier) => earlier >= now - WINDOW)
    spent.set(user, new Set([...recent, step]))
    files.write(FILE, Object.fromEntries([...spent].map(([name, steps]) => [name, [...steps]])))
  }

  function isSpent(user: string, step: number): boolean {
    return spent.get(user)?.has(step) ?? false
  }

  return {
    spend(user, code) {
      const token = typeof code === 'string' ? code.replaceAll(' ', '') : ''
      if (!isUser(user) || !/^\d{6}$/.test(token)) return false
      const totp = totpOf(files, user)
      const now = stepAt(options.now())
      for (let step = now - WINDOW; step <= now + ahead; step++) {
        if (isSpent(user, step) || !isCodeOf(totp, step, token)) continue
        markSpent(user, step, now)
        return true
      }
      return false
    },
    current(user) {
      if (!isUser(user)) return undefined
      const now = stepAt(options.now())
      for (let step = now; step <= now + ahead; step++)
        if (!isSpent(user, step)) return totpOf(files, user).generate({ timestamp: step * STEP_MS })
      return undefined
    },
  }
}

function totpOf(files: ShopFiles, user: string): TOTP {
  const { buffer } = files.key(`one-time codes of ${user}`, 20)
  return new TOTP({ issuer: 'Countersign shop', label: user, secret: new Secret({ buffer }) })
}

function stepAt(ms: number): number {
  return Math.floor(ms / STEP_MS)
}

function isCodeOf(totp: TOTP, step: number, token: string): boolean {
  return totp.validate({ token, timestamp: step * STEP_MS, window: 0 }) !== null
}

function readSpent(kept: unknown): Map<string, Set<number>> {
  return new Map(
    Object.entries((kept ?? {}) as Record<string, number[]>).map(([user, steps]) => [
      user,
      new Set(steps),
    ]),
  )
}
