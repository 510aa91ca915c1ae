// Credential events and ended sessions, checked and appended: trust and evidence given before are over.
import type { Engine } from '../engine/engine.ts'
import { assertSigned } from '../operate/assert-signed.ts'
import type { Signed } from '../operate/operator.ts'
import type { CredentialChange, Revocation } from '../state/feed-event.ts'

const CHANGES: Readonly<Record<CredentialChange, true>> = {
  'password-changed': true,
  'password-reset': true,
  'factor-added': true,
  'factor-removed': true,
  'factor-reenrolled': true,
  'recovery-code-used': true,
  'admin-reset': true,
  'credential-compromised': true,
  deactivated: true,
  'signed-out-everywhere': true,
}

export async function credentialChanged(
  engine: Engine,
  subject: string,
  what: CredentialChange,
  signed: Signed = { by: 'app', why: what },
): Promise<void> {
  assertText('credentialChanged: the subject', subject)
  if (!Object.hasOwn(CHANGES, what))
    throw new TypeError(
      `credentialChanged: '${what}' is none of ${Object.keys(CHANGES).join(', ')}`,
    )
  await revoke(engine, { kind: 'subject', subject, what }, { kind: 'subject', what }, signed)
}

export async function sessionEnded(
  engine: Engine,
  subject: string,
  session: string,
  signed: Signed = { by: 'app', why: 'the session ended' },
): Promise<void> {
  assertText('sessionEnded: the subject', subject)
  assertText('sessionEnded: the session', session)
  // a session's id may be what its cookie holds: it stays out of the record
  await revoke(engine, { kind: 'session', subject, session }, { kind: 'session' }, signed)
}

async function revoke(
  engine: Engine,
  data: Extract<Revocation, { readonly subject: string }>,
  change: { readonly kind: string; readonly what?: string },
  { by, why }: Signed,
): Promise<void> {
  assertSigned(by, why)
  const at = engine.clock.now()
  await engine.append({ topic: 'revocation', id: crypto.randomUUID(), at, by, why, data })
  const { subject } = data
  engine.recorder.note({ type: 'change', at, topic: 'revocation', subject, by, why, change })
}

function assertText(what: string, value: unknown): void {
  if (typeof value !== 'string' || value === '') throw new TypeError(`${what} must be a text`)
}
