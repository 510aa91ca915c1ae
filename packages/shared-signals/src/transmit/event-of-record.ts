// Which of a guard's records are events for others, and what they say: CAEP's and RISC's types where they have one, else ours.
import type { AuditEntry } from '@countersign/core'
import { CAEP, COUNTERSIGN, RISC } from '../event-types.ts'

/** An event of our own, before it has an audience. */
export interface OwnEvent {
  readonly type: string
  readonly payload: { readonly [member: string]: string | number }
  /** As the app's `identity` names who it is about. */
  readonly subject: string
  readonly device?: string | undefined
}

interface Meaning {
  readonly type: string
  readonly payload?: OwnEvent['payload']
}

const password = { credential_type: 'password', change_type: 'update' }
/** CAEP has names for kinds of authenticators, and lets both sides agree on others: which one it was is not recorded. */
const factor = (change_type: string): Meaning => ({
  type: `${CAEP}credential-change`,
  payload: { credential_type: 'second-factor', change_type },
})

const CREDENTIAL: Readonly<Record<string, Meaning>> = {
  'password-changed': { type: `${CAEP}credential-change`, payload: password },
  'password-reset': { type: `${CAEP}credential-change`, payload: password },
  'admin-reset': { type: `${CAEP}credential-change`, payload: password },
  'factor-added': factor('create'),
  'factor-removed': factor('delete'),
  'factor-reenrolled': factor('update'),
  'recovery-code-used': { type: `${RISC}recovery-activated` },
  'credential-compromised': {
    type: `${RISC}credential-compromise`,
    payload: { credential_type: 'password' },
  },
  deactivated: { type: `${RISC}account-disabled` },
  'signed-out-everywhere': { type: `${CAEP}session-revoked` },
}

const DEVICE: Readonly<Record<string, string>> = {
  trusted: `${COUNTERSIGN}device-trusted`,
  revoked: `${COUNTERSIGN}device-revoked`,
  reused: `${COUNTERSIGN}device-reused`,
}

/** Every type that there may be: what a transmitter supports. */
export const OWN_TYPES: readonly string[] = [
  ...new Set([...Object.values(CREDENTIAL).map(({ type }) => type), ...Object.values(DEVICE)]),
]

/**
 * `undefined` where it is nothing for others: what a transmitter told us is not told on, or two that listen to each other
 * would never end. A session that ended is not told either: its id stays out of the records.
 */
export function eventOfRecord(entry: AuditEntry): OwnEvent | undefined {
  const { type, at, subject, by } = entry
  if (subject === undefined || cameFromOutside(by)) return undefined
  const meaning = type === 'device' ? meaningOfDevice(entry) : meaningOfChange(entry)
  if (meaning === undefined) return undefined
  const payload = { event_timestamp: Math.floor(at / 1000), ...meaning.payload }
  const device = type === 'device' ? { device: String(entry['device']) } : {}
  return { type: meaning.type, payload, subject, ...device }
}

function meaningOfDevice({ what }: AuditEntry): Meaning | undefined {
  const type = own(DEVICE, what)
  return type === undefined ? undefined : { type }
}

function meaningOfChange({ type, topic, ...rest }: AuditEntry): Meaning | undefined {
  if (type !== 'change' || topic !== 'revocation') return undefined
  const { kind, what } = (rest['change'] ?? {}) as { kind?: unknown; what?: unknown }
  return kind === 'subject' ? own(CREDENTIAL, what) : undefined
}

/** A receiver says as `by` who told it: an issuer, which is a URL, and no operator's name. */
function cameFromOutside(by: unknown): boolean {
  return typeof by === 'string' && /^https?:\/\//.test(by)
}

function own<Value>(table: Readonly<Record<string, Value>>, key: unknown): Value | undefined {
  return typeof key === 'string' && Object.hasOwn(table, key) ? table[key] : undefined
}
