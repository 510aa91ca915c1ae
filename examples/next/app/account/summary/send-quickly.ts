'use server'

import { guard } from '../../../lib/guard.ts'

/** What the form shows after it was sent. */
export interface Sent {
  readonly amount: number
  readonly payee: string
}

const transfer = guard.action(
  'transfer.create',
  (amount: unknown, payee: unknown): Sent => ({ amount: Number(amount), payee: String(payee) }),
  { resource: (amount, payee) => ({ amount, payee }) },
)

export async function sendQuickly(
  _before: unknown,
  form: FormData,
): Promise<Awaited<ReturnType<typeof transfer>>> {
  return transfer(form.get('amount'), form.get('payee'))
}
