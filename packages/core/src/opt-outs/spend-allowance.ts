// Spending an allowance: counted per opt-out, rule and subject since the last step-up that met the waived rule.
import type { CompiledPolicy } from '../policy/compiled-policy.ts'
import type { Store, StoreKey } from '../ports/store.ts'

type Allowance = Extract<CompiledPolicy['optOuts'][string], { kind: 'allowance' }>

/** Counts end a year after the first addition: no grant lives longer (law 4). */
export const SPENDING_KEPT_MS: number = 366 * 24 * 60 * 60 * 1000

export interface Spending {
  readonly subject: string
  readonly rule: string
  readonly optOut: string
  readonly amount: number
  /** Milliseconds since the epoch of the step-up that met the rule last, as far as this request's factors show. */
  readonly metAt: number
}

/** True once spent, durably. Never refunded: where the request goes no further the allowance is gone all the same. */
export async function spendAllowance(
  store: Store,
  allowance: Allowance,
  spending: Spending,
): Promise<boolean> {
  const since = await noteStepUp(store, spending)
  const { added } = await store.addIfBelow(
    ['allowance', spending.subject, `${spending.optOut}/${spending.rule}/${since}`],
    { total: spending.amount, count: 1 },
    { total: allowance.total, count: allowance.count },
    SPENDING_KEPT_MS,
  )
  return added
}

/**
 * Remembers when a step-up met the rule, and answers with the latest that is known. It only ever rises, so that no
 * client gets an older count back by leaving evidence out.
 */
export async function noteStepUp(
  store: Store,
  { subject, rule, optOut, metAt }: Omit<Spending, 'amount'>,
): Promise<number> {
  const key: StoreKey = ['allowance-since', subject, `${optOut}/${rule}`]
  for (let tries = 0; tries < 5; tries++) {
    const entry = await store.read(key)
    const known = typeof entry?.value === 'number' ? entry.value : 0
    if (known >= metAt) return known
    if (await store.write(key, metAt, entry?.version ?? 'absent', SPENDING_KEPT_MS)) return metAt
  }
  throw new Error('allowance-since changed five times while it was read')
}
