// What the pages say about actions, requirements and decisions.
import type { MadeDecision } from './client-decision.ts'

/** As a guard's open challenge has it. */
export interface AskedRequirement {
  readonly acr?: string
  readonly amr?: readonly string[]
  readonly maxAgeSeconds?: number
}

/** Ends a sentence that begins with "You are about to". */
export function actionInWords(action: string, resource: Readonly<Record<string, unknown>>): string {
  const { amount, payee, name } = resource
  switch (action) {
    case 'account.view':
      return 'see your account'
    case 'transfer.create':
      return `send ${isText(amount) ? euros(amount) : 'money'}${isText(payee) ? ` to ${payee}` : ''}`
    case 'api-key.create':
      return `make an API key${isText(name) ? ` named “${name}”` : ''}`
    case 'passkey.add':
      return 'add a passkey'
    case 'passkey.remove':
      return 'remove a passkey'
    default:
      return action
  }
}

/** A whole sentence: what has to be proved. */
export function requirementInWords({ acr, maxAgeSeconds }: AskedRequirement): string {
  const proof =
    acr === undefined || acr === 'aal1'
      ? 'a proof that it is you'
      : 'a code from your authenticator app, or a passkey, beside your password'
  return maxAgeSeconds === undefined
    ? `This needs ${proof}.`
    : `This needs ${proof}, no older than ${duration(maxAgeSeconds)}.`
}

/** A whole sentence: why the person was let through. */
export function decisionInWords({ outcome, optOuts = [] }: MadeDecision): string {
  if (outcome === 'opt-out')
    return `You were not asked for a code, because ${optOuts.map(optOutInWords).join(' and ')}.`
  return 'Your sign-in is strong and recent enough for this.'
}

export function euros(amount: string | number): string {
  return `€${amount}`
}

const OPT_OUTS: Readonly<Record<string, string>> = {
  'remembered-device': 'this browser is remembered',
  'small-payment': 'this is a small payment',
}

function optOutInWords(optOut: string): string {
  return OPT_OUTS[optOut] ?? `the opt-out ${optOut} holds`
}

function isText(value: unknown): value is string | number {
  return (typeof value === 'string' && value !== '') || typeof value === 'number'
}

function duration(seconds: number): string {
  const [count, unit] =
    seconds % 3600 === 0
      ? [seconds / 3600, 'hour']
      : seconds % 60 === 0
        ? [seconds / 60, 'minute']
        : [seconds, 'second']
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
