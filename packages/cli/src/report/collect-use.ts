// What the audit log says of a time: how people went on, which opt-outs let them, what came of it, and who changed what.
import type { AuditEntry, Outcome } from '@countersign/core'
import type { Context } from '../context.ts'
import { scanAudit } from '../read-audit.ts'
import { changeWordsOf } from '../record-line.ts'
import type { Label } from '../replay/replay-tally.ts'

export interface OptOutUse {
  readonly decisions: number
  readonly subjects: number
  readonly fraud: number
  readonly legitimate: number
}

export interface Changed {
  readonly at: number
  readonly by: string
  readonly why: string
  readonly what: string
}

export interface Use {
  readonly decisions: number
  readonly subjects: number
  readonly outcomes: Readonly<Record<Outcome, number>>
  /** By day, UTC. */
  readonly days: Readonly<Record<string, Readonly<Record<Outcome, number>>>>
  readonly optOuts: Readonly<Record<string, OptOutUse>>
  /** What operators did, in its order. */
  readonly changes: readonly Changed[]
}

interface OptOutCount {
  decisions: number
  readonly subjects: Set<string>
  readonly ids: string[]
}

const OPERATED = new Set(['policy', 'switch', 'revocation'])

export async function collectUse(
  context: Context,
  from: number,
  labels: ReadonlyMap<string, Label>,
): Promise<Use> {
  const outcomes = none()
  const days: Record<string, Record<Outcome, number>> = {}
  const optOuts = new Map<string, OptOutCount>()
  const subjects = new Set<string>()
  const changes: Changed[] = []
  for await (const { records } of scanAudit(context, { from }))
    for (const { entry } of records) {
      if (entry.type === 'decision') note(entry)
      if (entry.type === 'change' && OPERATED.has(String(entry['topic'])))
        changes.push(toChanged(entry))
    }

  function note(entry: AuditEntry): void {
    const outcome = entry['outcome'] as Outcome
    if (!Object.hasOwn(outcomes, outcome)) return
    outcomes[outcome] += 1
    const day = new Date(entry.at).toISOString().slice(0, 10)
    days[day] ??= none()
    days[day][outcome] += 1
    if (entry.subject !== undefined) subjects.add(entry.subject)
    for (const name of outcome === 'opt-out' ? listOf(entry['optOuts']) : []) {
      const count = optOuts.get(name) ?? { decisions: 0, subjects: new Set(), ids: [] }
      optOuts.set(name, count)
      count.decisions += 1
      if (entry.subject !== undefined) count.subjects.add(entry.subject)
      if (entry.id !== undefined && labels.has(entry.id)) count.ids.push(entry.id)
    }
  }

  return {
    decisions: Object.values(outcomes).reduce((sum, count) => sum + count, 0),
    subjects: subjects.size,
    ...{ outcomes, days },
    optOuts: Object.fromEntries([...optOuts].map(([name, count]) => [name, toUse(count, labels)])),
    changes: changes.sort((a, b) => a.at - b.at),
  }
}

function none(): Record<Outcome, number> {
  return { pass: 0, 'opt-out': 0, challenge: 0, deny: 0 }
}

function toUse(count: OptOutCount, labels: ReadonlyMap<string, Label>): OptOutUse {
  const labelled = (label: Label) => count.ids.filter((id) => labels.get(id) === label).length
  return {
    ...{ decisions: count.decisions, subjects: count.subjects.size },
    ...{ fraud: labelled('fraud'), legitimate: labelled('legitimate') },
  }
}

function toChanged(entry: AuditEntry): Changed {
  const [by, why] = [entry['by'], entry['why']]
  const said = (value: unknown) => (typeof value === 'string' ? value : '')
  return { at: entry.at, by: said(by), why: said(why), what: changeWordsOf(entry) }
}

function listOf(value: AuditEntry[string]): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []
}
