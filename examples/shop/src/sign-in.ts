// A login attempt: limited first, then checked. What it answers does not tell whether the user exists.
import { rateKey } from '@countersign/core'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { checkPassword } from './check-password.ts'

export type SignInResult =
  | { readonly ok: true; readonly user: string }
  | { readonly ok: false; readonly status: 401; readonly problem: 'wrong_password' }
  | {
      readonly ok: false
      readonly status: 429
      readonly problem: 'too_many_attempts'
      readonly retryAfterSeconds: number
    }

/** `address`: the peer's; undefined where the framework does not tell. */
export type SignIn = (
  form: { readonly user: unknown; readonly password: unknown },
  address: string | undefined,
) => Promise<SignInResult>

/** 10 attempts a minute for each user name, right ones too; 100 for each address, of IPv6 for each /64. */
export function createSignIn(): SignIn {
  const byUser = new RateLimiterMemory({ points: 10, duration: 60 })
  const byAddress = new RateLimiterMemory({ points: 100, duration: 60 })

  return async function signIn({ user, password }, address) {
    const waitMs = Math.max(
      address === undefined ? 0 : await msToWait(byAddress, rateKey(address)),
      await msToWait(byUser, nameOf(user)),
    )
    if (waitMs > 0)
      return {
        ok: false,
        status: 429,
        problem: 'too_many_attempts',
        retryAfterSeconds: Math.ceil(waitMs / 1000),
      }
    const known = await checkPassword(user, password)
    return known === undefined
      ? { ok: false, status: 401, problem: 'wrong_password' }
      : { ok: true, user: known }
  }
}

async function msToWait(limiter: RateLimiterMemory, key: string): Promise<number> {
  try {
    await limiter.consume(key)
    return 0
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return Math.max(refused.msBeforeNext, 1)
    throw refused
  }
}

/** Unknown names are counted too, cut so that nobody fills the memory with long ones. */
function nameOf(user: unknown): string {
  return typeof user === 'string' ? user.slice(0, 64) : ''
}
