'use client'

import { useActionState } from 'react'
import type { sendQuickly } from './send-quickly.ts'

type Result = Awaited<ReturnType<typeof sendQuickly>>

export function QuickTransfer({ send }: { send: typeof sendQuickly }) {
  const [result, submit, waiting] = useActionState<Result | undefined, FormData>(send, undefined)
  return (
    <section className="card">
      <h2>Send money</h2>
      {result && (
        <p role="status" className={'refused' in result ? 'note' : 'decision'}>
          {inWords(result)}
        </p>
      )}
      <form action={submit}>
        <div className="field">
          <label htmlFor="payee">To</label>
          <input id="payee" name="payee" maxLength={64} autoComplete="off" required />
        </div>
        <div className="field">
          <label htmlFor="amount">Amount in euros</label>
          <input id="amount" name="amount" type="number" min={1} step={1} required />
        </div>
        <button type="submit" disabled={waiting}>
          Send
        </button>
      </form>
    </section>
  )
}

function inWords(result: Result) {
  if (!('refused' in result)) return `€${result.amount} sent to ${result.payee}.`
  const { refused } = result
  if (refused.outcome === 'deny') return `This is not allowed. Decision ${refused.id}.`
  const href = refused.need === 'sign-in' ? '/login' : (refused.challengeUrl ?? '/login')
  return <a href={href}>First confirm that it is you.</a>
}
