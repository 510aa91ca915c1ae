// One audit record in one line: when, what, to whom, why.
import { type AuditEntry, type AuditRecord, type Json, REASON_TEXT } from '@countersign/core'
import { printable } from './output/printable.ts'
import { moment } from './output/times.ts'

export function recordLine({ entry }: AuditRecord): string {
  const words = [moment(entry.at), entry.type, ...partsOf(entry)]
  return printable(words.filter((word) => word !== '').join('  '))
}

function partsOf(entry: AuditEntry): string[] {
  switch (entry.type) {
    case 'decision':
      return [
        text(entry['outcome']),
        text(entry['action']),
        entry.subject ?? 'nobody',
        whyDecided(entry),
        text(entry.id),
      ]
    case 'change':
      return [changeWordsOf(entry), entry.subject ?? '', signature(entry)]
    case 'shadow':
      return [
        `${text(entry['outcome'])} instead of ${text(entry['live'])}`,
        text(entry['action']),
        entry.subject ?? 'nobody',
        `by rollout ${text(entry['rollout'])}`,
        text(entry['decision']),
      ]
    default:
      return [entry.subject ?? '', text(entry['what']), others(entry), signature(entry)]
  }
}

function whyDecided({ reasons }: AuditEntry): string {
  const [first] = Array.isArray(reasons) ? reasons : []
  if (typeof first !== 'object' || first === null) return ''
  const { code, rule, optOut } = first as Readonly<Record<string, string>>
  const sentence = Object.entries(REASON_TEXT).find(([known]) => known === code)?.[1] ?? text(code)
  const about = optOut === undefined ? rule : `${optOut} for ${rule}`
  return about === undefined ? sentence : `${about}: ${sentence}`
}

/** What an operator did, in words: `suspended opt-outs, as change 1:7`. */
export function changeWordsOf({ topic, change, position }: AuditEntry): string {
  const { kind, ...rest } = (typeof change === 'object' && change !== null ? change : {}) as Record<
    string,
    Json
  >
  const words = changeWords(`${text(topic)} ${text(kind)}`, rest)
  return position === undefined ? words : `${words}, as change ${text(position)}`
}

function changeWords(what: string, rest: Record<string, Json>): string {
  const { name, revision, to, recall, target, until, activation, before } = rest
  switch (what) {
    case 'policy activate':
      return `activated ${text(name)}, revision ${text(revision)}`
    case 'policy rollback':
      return `rolled back to activation ${text(to)}${recall === true ? ', recalling what was granted since' : ''}`
    case 'policy propose':
      return `proposed ${text(name)}, revision ${text(revision)}`
    case 'policy approve':
      return `approved proposal ${text(rest['proposal'])}`
    case 'policy decline':
      return `declined proposal ${text(rest['proposal'])}`
    case 'policy rollout':
      return `tried ${text(name)}, revision ${text(revision)}, ${rest['shadow'] === true ? 'watched only' : shares(rest['steps'])}`
    case 'policy widen':
      return `gave rollout ${text(rest['rollout'])} ${shares(rest['steps'])}`
    case 'policy freeze':
      return `froze rollout ${text(rest['rollout'])}`
    case 'policy promote':
      return `promoted rollout ${text(rest['rollout'])}`
    case 'policy abort':
      return `aborted rollout ${text(rest['rollout'])}${recall === true ? ', recalling what was granted under it' : ''}`
    case 'switch suspend':
      return `suspended ${text(target)}${typeof until === 'number' ? ` until ${moment(until)}` : ''}`
    case 'switch resume':
      return `resumed ${text(target)}`
    case 'revocation activation':
      return `recalled activation ${text(activation)}`
    case 'revocation devices':
      return 'revoked all devices'
    case 'revocation devices-before':
      return `revoked everybody's devices from before ${moment(Number(before))}`
    default:
      return `${what} ${Object.entries(rest)
        .map(([key, value]) => detail(key, value))
        .join(', ')}`.trim()
  }
}

function shares(steps: Json | undefined): string {
  const percents = Array.isArray(steps)
    ? steps.map((step) => text((step as Readonly<Record<string, Json>>)['percent']))
    : []
  return `for ${percents.join(', then ')} %`
}

const TOLD = ['type', 'at', 'subject', 'by', 'why', 'what']

function others(entry: AuditEntry): string {
  return Object.entries(entry)
    .filter(([name]) => !TOLD.includes(name))
    .map(([name, value]) => detail(name, value))
    .join(', ')
}

function signature({ by, why }: AuditEntry): string {
  if (by === undefined) return ''
  return why === undefined ? `by ${text(by)}` : `by ${text(by)}: ${text(why)}`
}

function detail(name: string, value: Json | undefined): string {
  const isMoment = name === 'until' && typeof value === 'number'
  return `${name} ${isMoment ? moment(value) : shorten(value)}`
}

function shorten(value: Json | undefined): string {
  const word = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return /^[0-9a-f]{64}$/.test(word) ? word.slice(0, 12) : word
}

function text(value: Json | undefined): string {
  return value === undefined || value === null ? '' : shorten(value)
}
