// The shop's other second factor: passkeys (WebAuthn), by @simplewebauthn/server. The person is always verified.
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { type KeptPasskey, keepPasskeys } from './kept-passkeys.ts'
import { createPasskeyChallenges } from './passkey-challenges.ts'
import type { ShopFiles } from './shop-files.ts'

/** What was proved, in RFC 8176's words. */
export interface PasskeyFactor {
  readonly method: 'hwk' | 'swk' | 'user'
}

/** Whose passkey, and what the challenge is bound to. */
export interface PasskeyUse {
  readonly user: string
  /** Of a step-up its ticket, of a new passkey the session: what was signed for one is nothing for another. */
  readonly boundTo: string
  /** Of the shop, as it is configured: never from a request. */
  readonly origin: string
}

export interface ListedPasskey {
  readonly id: string
  readonly addedAt: number
}

/** Answers may be whatever a client sent: a form's text, or JSON. */
export interface Passkeys {
  list(user: string): readonly ListedPasskey[]
  /** What a browser is asked to make. */
  offer(use: PasskeyUse): Promise<PublicKeyCredentialCreationOptionsJSON>
  /** Whether it was added. */
  add(use: PasskeyUse, answer: unknown): Promise<boolean>
  /** Whether there was one. */
  remove(user: string, id: string): boolean
  /** What a browser is asked to sign; `undefined` where the person has no passkey. */
  ask(use: PasskeyUse): Promise<PublicKeyCredentialRequestOptionsJSON | undefined>
  /** What the answer proves; nothing where it is wrong. */
  verify(use: PasskeyUse, answer: unknown): Promise<readonly PasskeyFactor[]>
}

export function createPasskeys(files: ShopFiles, now: () => number): Passkeys {
  const kept = keepPasskeys(files)
  const challenges = createPasskeyChallenges(now)

  /** Random to whoever reads it off an authenticator, the same for each passkey of a person. */
  function handleOf(user: string): Uint8Array<ArrayBuffer> {
    return new Uint8Array(files.key(`passkey handle of ${user}`, 32))
  }

  return {
    list: (user) => kept.of(user).map(({ id, addedAt }) => ({ id, addedAt })),
    offer: ({ user, boundTo, origin }) =>
      generateRegistrationOptions({
        rpName: 'Countersign shop',
        rpID: new URL(origin).hostname,
        userName: user,
        userID: handleOf(user),
        challenge: challenges.give(user, toPurpose('add', boundTo)),
        excludeCredentials: kept.of(user).map(toDescriptor),
        authenticatorSelection: { residentKey: 'preferred', userVerification: 'required' },
      }),
    async add({ user, boundTo, origin }, answer) {
      const made = await orUndefined(() =>
        verifyRegistrationResponse({
          response: read<RegistrationResponseJSON>(answer),
          expectedChallenge: (given) => challenges.take(user, toPurpose('add', boundTo), given),
          expectedOrigin: origin,
          expectedRPID: new URL(origin).hostname,
          requireUserVerification: true,
        }),
      )
      if (!made?.verified) return false
      const { id, publicKey, counter, transports = [] } = made.registrationInfo.credential
      return kept.add(user, {
        id,
        publicKey: Buffer.from(publicKey).toString('base64url'),
        counter,
        transports,
        addedAt: now(),
      })
    },
    remove: (user, id) => kept.remove(user, id),
    async ask({ user, boundTo, origin }) {
      const passkeys = kept.of(user)
      if (passkeys.length === 0) return undefined
      return await generateAuthenticationOptions({
        rpID: new URL(origin).hostname,
        challenge: challenges.give(user, toPurpose('step-up', boundTo)),
        allowCredentials: passkeys.map(toDescriptor),
        userVerification: 'required',
      })
    },
    async verify({ user, boundTo, origin }, answer) {
      const signed = await orUndefined(async () => {
        const response = read<AuthenticationResponseJSON>(answer)
        const passkey = kept.of(user).find(({ id }) => id === response.id)
        const { userHandle } = response.response
        const isTheirs =
          !userHandle || userHandle === Buffer.from(handleOf(user)).toString('base64url')
        if (passkey === undefined || !isTheirs) return undefined
        return await verifyAuthenticationResponse({
          response,
          expectedChallenge: (given) => challenges.take(user, toPurpose('step-up', boundTo), given),
          expectedOrigin: origin,
          expectedRPID: new URL(origin).hostname,
          credential: {
            id: passkey.id,
            publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
            counter: passkey.counter,
          },
          requireUserVerification: true,
        })
      })
      if (!signed?.verified) return []
      const { credentialID, newCounter, credentialDeviceType } = signed.authenticationInfo
      // again: another answer may have come in while this one was verified
      if (!kept.count(user, credentialID, newCounter)) return []
      // one that is synced is not held in one piece of hardware
      return [
        { method: credentialDeviceType === 'singleDevice' ? 'hwk' : 'swk' },
        { method: 'user' },
      ]
    },
  }
}

function toPurpose(what: 'add' | 'step-up', boundTo: string): string {
  return `${what} ${boundTo}`
}

function toDescriptor({ id, transports }: KeptPasskey): { id: string; transports: string[] } {
  return { id, transports: [...transports] }
}

/** Its shape is for the library to check. */
function read<T>(answer: unknown): T {
  return typeof answer === 'string' ? JSON.parse(answer) : (answer as T)
}

/** The library throws what is wrong with an answer, and nothing else: here that is one kind of wrong. */
async function orUndefined<T>(verify: () => Promise<T>): Promise<T | undefined> {
  try {
    return await verify()
  } catch {
    return undefined
  }
}
