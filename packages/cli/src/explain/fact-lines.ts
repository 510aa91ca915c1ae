// The facts that a decision was made on, a line each. Absent signals say nothing and are left out.
import { type Facts, type Json, REASON_TEXT } from '@countersign/core'

/** `facts`: as a record keeps them, or whole; anything in it may be missing. */
export function factLines(facts: Json | Facts | undefined): string[] {
  const { resource, address, subject, device, signals } = (facts ?? {}) as Partial<Facts>
  return [
    ...Object.entries(resource ?? {}).map(([name, fact]) => `resource.${name}: ${factWords(fact)}`),
    ...Object.entries(subject?.claims ?? {}).map(
      ([name, fact]) => `subject.claims.${name}: ${factWords(fact)}`,
    ),
    ...(address === undefined ? [] : [`address: ${factWords(address)}`]),
    ...(device === undefined ? [] : [`remembered device: ${deviceWords(device)}`]),
    ...Object.entries(signals ?? {}).flatMap(([code, signal]) =>
      signal.is === 'absent' ? [] : [`signal ${code}: ${signal.is}${shareWords(signal)}`],
    ),
  ]
}

type AnyFact = Partial<Record<'is' | 'why', string>> & { readonly value?: unknown }

function factWords(fact: AnyFact): string {
  if (fact.is === 'known') return JSON.stringify(fact.value)
  if (fact.is === 'masked') return 'known, and kept out of the record'
  if (fact.is === 'absent') return 'absent'
  const why = Object.entries(REASON_TEXT).find(([code]) => code === fact.why)?.[1]
  return why === undefined ? 'unknown' : `unknown. ${why}`
}

function deviceWords(device: Facts['device']): string {
  return device.is === 'known' ? device.value.id : factWords(device)
}

function shareWords({ is, share }: Facts['signals'][string]): string {
  return is === 'present' && share < 1 ? `, with a share of ${share}` : ''
}
