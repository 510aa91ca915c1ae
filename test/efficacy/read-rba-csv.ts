// Logins of the public RBA dataset ("Login Data Set for Risk-Based Authentication", Wiefling et al.): the columns by
// their names, quoted or not. What it says of networks is the geography.
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Network } from '@countersign/detectors'
import type { Attacks, Shown } from './attackers.ts'
import type { ScoredLogin } from './score-logins.ts'

export interface RbaData {
  /** Successful ones that were no takeover, in the order of time. */
  readonly logins: readonly ScoredLogin[]
  readonly geography: { lookUp(address: string): Network | undefined }
  readonly attacks: Attacks
}

const COLUMNS = {
  at: 'Login Timestamp',
  user: 'User ID',
  address: 'IP Address',
  country: 'Country',
  asn: 'ASN',
  userAgent: 'User Agent String',
  successful: 'Login Successful',
  attackIp: 'Is Attack IP',
  takeover: 'Is Account Takeover',
} as const

type Column = keyof typeof COLUMNS
type Row = Record<Column, string>

/** @throws where a column is missing, a line is cut short, or the file has no login */
export async function readRbaCsv(path: string, most: number): Promise<RbaData> {
  const rows: Row[] = []
  let header: readonly string[] | undefined
  let places = new Map<Column, number>()
  let number = 0
  for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) {
    number += 1
    if (header === undefined) {
      header = splitCsvLine(line)
      places = columnsOf(header)
      continue
    }
    if (line.trim() === '') continue
    const values = splitCsvLine(line)
    if (values.length > header.length)
      throw new Error(
        `line ${number} has ${values.length} values and the header ${header.length}: one with a comma has to stand in double quotes`,
      )
    rows.push(toRow(values, places, number))
    if (rows.length >= most) break
  }
  return toData(rows)
}

/** Double quotes around a value, and doubled within it (RFC 4180). */
export function splitCsvLine(line: string): string[] {
  const values: string[] = []
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    values.push(quoted === undefined ? (plain ?? '') : quoted.replaceAll('""', '"'))
  return values
}

function columnsOf(header: readonly string[]): Map<Column, number> {
  const places = new Map<Column, number>()
  for (const [column, name] of Object.entries(COLUMNS) as [Column, string][]) {
    const place = header.findIndex((one) => one.trim() === name)
    if (place < 0) throw new Error(`the file has no column "${name}": is it the RBA dataset?`)
    places.set(column, place)
  }
  return places
}

function toRow(values: readonly string[], places: ReadonlyMap<Column, number>, line: number): Row {
  const row: Partial<Row> = {}
  for (const [column, place] of places) {
    const value = values[place]
    if (value === undefined)
      throw new Error(`line ${line} ends before its column "${COLUMNS[column]}"`)
    row[column] = value
  }
  return row as Row
}

function toData(rows: readonly Row[]): RbaData {
  const networks = new Map<string, Network>()
  for (const { address, asn, country } of rows)
    networks.set(address, {
      country,
      ...(Number.isFinite(Number(asn)) ? { asn: Number(asn) } : {}),
    })
  const logins = rows
    .filter(({ successful, takeover }) => isTrue(successful) && !isTrue(takeover))
    .map(({ at, user, address, userAgent }) => ({ at: momentOf(at), user, address, userAgent }))
    .sort((a, b) => a.at - b.at)
  if (logins.length === 0) throw new Error('the file has no successful login')
  const geography = { lookUp: (address: string) => networks.get(address) }
  return { logins, geography, attacks: attacksFrom(rows, logins, geography) }
}

/** Naive: what came from addresses that were known to attack. VPN, targeted: other people's logins of the same country. */
function attacksFrom(
  rows: readonly Row[],
  logins: readonly Shown[],
  geography: RbaData['geography'],
): Attacks {
  const hostile = rows.filter(({ attackIp }) => isTrue(attackIp))
  const naive: readonly Shown[] = hostile.length > 0 ? hostile : rows
  const byCountry = new Map<string, Shown[]>()
  for (const login of logins) {
    const country = geography.lookUp(login.address)?.country ?? ''
    const known = byCountry.get(country) ?? []
    known.push(login)
    byCountry.set(country, known)
  }
  return {
    attempt(random, attacker, victim, others) {
      const popular = random.pick(others).userAgent
      if (attacker === 'naive') return { address: random.pick(naive).address, userAgent: popular }
      const near = byCountry.get(geography.lookUp(victim.address)?.country ?? '') ?? others
      const { address } = random.pick(near)
      return { address, userAgent: attacker === 'VPN' ? popular : victim.userAgent }
    },
  }
}

function isTrue(text: string): boolean {
  return text.trim().toLowerCase() === 'true'
}

function momentOf(text: string): number {
  const at = Date.parse(
    `${text.trim().replace(' ', 'T')}${/[zZ]|[+-]\d\d:?\d\d$/.test(text) ? '' : 'Z'}`,
  )
  if (Number.isNaN(at)) throw new Error(`"${text}" is no moment`)
  return at
}
