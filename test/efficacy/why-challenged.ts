// Why a legitimate session was challenged: what its browser was to the guard, and what the decision says was unusual.
import type { Risk } from '@countersign/core'
import type { Login } from './people.ts'

/** Where trust stood, in the order of a reader's questions. */
export const BROWSERS = [
  'the first session of a person',
  'a trusted device',
  'a device whose trust had ended',
  'a browser that keeps no cookies',
  'a browser that was not to be remembered',
  'a new browser',
] as const

export const FACTORS = ['new network', 'unfamiliar login', 'anything else'] as const

export interface Why {
  readonly browser: (typeof BROWSERS)[number]
  readonly factor: (typeof FACTORS)[number]
}

export interface Before {
  /** The person signed in before; this device was used before; it brings a device cookie. */
  readonly person: boolean
  readonly device: boolean
  readonly cookie: boolean
}

export function whyChallenged({ device }: Login, before: Before, risk: Risk | undefined): Why {
  const seen = new Set(risk?.factors.map(({ code }) => code))
  return {
    browser: browserOf(device, before, !seen.has('new-device')),
    factor: seen.has('new-network')
      ? 'new network'
      : seen.has('unfamiliar-login')
        ? 'unfamiliar login'
        : 'anything else',
  }
}

function browserOf(device: Login['device'], before: Before, trusted: boolean): Why['browser'] {
  if (!before.person) return 'the first session of a person'
  if (before.cookie) return trusted ? 'a trusted device' : 'a device whose trust had ended'
  if (!before.device) return 'a new browser'
  return device.keepsCookies
    ? 'a browser that was not to be remembered'
    : 'a browser that keeps no cookies'
}
