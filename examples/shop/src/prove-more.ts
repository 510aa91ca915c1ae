// What the form of a challenge proves: a passkey where it was answered with one, else a code.
import type { Shop } from './open-shop.ts'
import type { PasskeyFactor } from './passkeys.ts'

export interface AskedChallenge {
  readonly subject: string
  readonly ticket: string
}

export type ProvedFactor = PasskeyFactor | { readonly method: 'otp' }

export type ProvedMore =
  | { readonly ok: true; readonly factors: readonly ProvedFactor[] }
  | { readonly ok: false; readonly problem: 'wrong_code' | 'wrong_passkey' }

/** Whatever it takes is used up: call it after `open`, which charges the attempt. */
export async function proveMore(
  { passkeys, codes }: Shop,
  { subject: user, ticket }: AskedChallenge,
  form: Readonly<Record<string, unknown>>,
  origin: string,
): Promise<ProvedMore> {
  const { passkey, code } = form
  if (passkey) {
    const factors = await passkeys.verify({ user, boundTo: ticket, origin }, passkey)
    return factors.length > 0 ? { ok: true, factors } : { ok: false, problem: 'wrong_passkey' }
  }
  return codes.spend(user, code)
    ? { ok: true, factors: [{ method: 'otp' }] }
    : { ok: false, problem: 'wrong_code' }
}
