// Where a chain ends, under a MAC: whoever may change rows, but has not the app's secret, cannot cut a chain's tail and
// move its end along, nor say that records were dropped with their day when they were not.
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { ChainEnd } from '@countersign/core'

/** A key for one secret, apart from all other uses of that secret. */
export function endKey(secret: string): Buffer {
  return createHmac('sha256', secret).update('countersign audit end in PostgreSQL v1').digest()
}

export interface NamedChain {
  readonly chain: string
  readonly number: number
}

export function endMac(key: Buffer, { chain, number }: NamedChain, end: ChainEnd): string {
  return mac(key, ['end', chain, number, end.seq, end.hash])
}

/** `kept`: the last record that was dropped with its day. */
export function keptMac(key: Buffer, { chain, number }: NamedChain, kept: ChainEnd): string {
  return mac(key, ['kept', chain, number, kept.seq, kept.hash])
}

export function isMac(given: string | null, due: string): boolean {
  const bytes = Buffer.from(given ?? '', 'hex')
  const expected = Buffer.from(due, 'hex')
  return bytes.length === expected.length && timingSafeEqual(bytes, expected)
}

function mac(key: Buffer, parts: readonly unknown[]): string {
  return createHmac('sha256', key).update(JSON.stringify(parts)).digest('hex')
}
