// From the record of a decision back to the facts that it was made on, so that it can be derived again (law 9).
import type {
  Fact,
  Factor,
  Facts,
  Permit,
  Signal,
  TrustedDevice,
  TrustedTarget,
} from '../policy/facts.ts'
import type { AuditEntry } from '../ports/audit-log.ts'
import type { Json } from '../ports/json.ts'

const NOT_READ: Fact<string> = Object.freeze({ is: 'unknown', why: 'fact_not_checked' })
const ABSENT: Signal = Object.freeze({ is: 'absent', share: 0, until: 0 })

/**
 * The facts as the policy of the entry's revision read them: `evaluatePolicy` gives the same verdict on them. Facts
 * that no condition reads are not in the record and stay out.
 *
 * `undefined` where the entry is no decision on a policy, was too large to keep its facts, or a fact that the policy
 * reads was masked.
 */
export function factsFromEntry(entry: AuditEntry): Facts | undefined {
  const { facts } = entry
  if (entry.type !== 'decision' || !isMap(facts)) return undefined
  const { at, action, subject, session, signals, absentSignals } = facts
  if (typeof at !== 'number' || typeof action !== 'string') return undefined
  if (!isMap(subject) || typeof subject['id'] !== 'string') return undefined
  if (!isMap(session) || !Array.isArray(session['factors'])) return undefined
  const resource = readFacts(facts['resource'])
  const claims = readFacts(subject['claims'])
  const address = readFact(facts['address'])
  const device = readFact(facts['device'])
  const id = session['id'] === undefined ? NOT_READ : readFact(session['id'])
  const targets = facts['targets'] === undefined ? {} : readFacts(facts['targets'])
  if (!resource || !claims || !address || !device || !id || !targets || !isMap(signals))
    return undefined
  return {
    at,
    action,
    resource,
    address: address as Fact<string>,
    subject: { id: subject['id'], claims },
    session: {
      id: id as Fact<string>,
      factors: session['factors'] as unknown as Factor[],
      ...(Array.isArray(session['permits'])
        ? { permits: session['permits'] as unknown as Permit[] }
        : {}),
    },
    device: device as unknown as Fact<TrustedDevice>,
    ...(facts['targets'] === undefined
      ? {}
      : { targets: targets as unknown as Record<string, Fact<TrustedTarget>> }),
    signals: readSignals(signals, absentSignals),
  }
}

/** `undefined` where any of them is masked. */
function readFacts(json: Json | undefined): Record<string, Fact<Json>> | undefined {
  if (!isMap(json)) return undefined
  const facts: Record<string, Fact<Json>> = {}
  for (const [name, one] of Object.entries(json)) {
    const fact = readFact(one)
    if (fact === undefined) return undefined
    facts[name] = fact
  }
  return facts
}

function readFact(json: Json | undefined): Fact<Json> | undefined {
  if (!isMap(json)) return undefined
  const { is } = json
  return is === 'known' || is === 'absent' || is === 'unknown' ? (json as Fact<Json>) : undefined
}

function readSignals(
  signals: { readonly [code: string]: Json },
  absent: Json | undefined,
): Record<string, Signal> {
  const read = { ...signals } as unknown as Record<string, Signal>
  for (const code of Array.isArray(absent) ? absent : [])
    if (typeof code === 'string') read[code] = ABSENT
  return read
}

function isMap(json: Json | undefined): json is { readonly [key: string]: Json } {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
}
