'use server'

import { headers } from 'next/headers.js'
import { redirect } from 'next/navigation'
import { guard } from '../../../lib/guard.ts'

const resource = (amount: unknown, payee: unknown) => ({ amount, payee })

/** Called by its id, as the client's router does. */
export const send = guard.action(
  'transfer.create',
  async (amount: unknown, payee: unknown) => {
    const decision = guard.decision(await headers())
    return `sent ${amount} to ${payee}: ${decision?.outcome}`
  },
  { resource },
)

export const sendAndLeave = guard.action(
  'transfer.create',
  async (_amount: unknown, _payee: unknown) => redirect('/public'),
  { resource },
)
