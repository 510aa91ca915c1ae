// The client's address: the nearest one that no trusted proxy stands for.
import { canonicalAddress } from './canonical-address.ts'
import { type PreparedTrust, prepareTrust, type TrustProxy } from './prepare-trust.ts'

export interface Hops {
  /** The other end of the connection, where it is known. */
  readonly peer: string | undefined
  /** `X-Forwarded-For`, duplicates joined with commas. */
  readonly forwardedFor: string | undefined
}

/** A longer header is not read at all: no honest chain of proxies comes near. */
const MAX_FORWARDED_LENGTH = 4096

/**
 * The client's canonical address, or undefined where it cannot be known. The chain is walked from the peer leftwards
 * over trusted hops only, so what a client wrote into the header is never reached. A hop on that walk that is no
 * address, or fewer hops than are trusted, make it unknown; the leftmost entry is never taken for want of a better.
 *
 * Without trust it is the peer. With a number of hops the peer itself need not be known (Next). With networks it has to
 * be; where everybody in the chain is trusted it is the first of them, and where a trusted peer names nobody, unknown.
 *
 * @throws ConfigurationError as `prepareTrust` does, unless it gets what that returned
 * @example
 * clientAddress({ peer: '10.0.0.2', forwardedFor: '1.1.1.1, 203.0.113.9' }, 1) // '203.0.113.9'
 */
export function clientAddress(hops: Hops, trust: TrustProxy | PreparedTrust): string | undefined {
  const prepared = isPrepared(trust) ? trust : prepareTrust(trust)
  const { peer, forwardedFor = '' } = hops
  if (prepared.by === 'nobody') return peer === undefined ? undefined : canonicalAddress(peer)
  if (forwardedFor.length > MAX_FORWARDED_LENGTH) return undefined
  const entries = forwardedFor.trim() === '' ? [] : forwardedFor.split(',')
  return prepared.by === 'hops'
    ? walkHops(peer, entries, prepared.hops)
    : walkNetworks(peer, entries, prepared.contains)
}

function isPrepared(trust: TrustProxy | PreparedTrust): trust is PreparedTrust {
  return typeof trust === 'object' && !Array.isArray(trust)
}

function walkHops(
  peer: string | undefined,
  entries: readonly string[],
  hops: number,
): string | undefined {
  if (entries.length < hops) return undefined
  if (peer !== undefined && canonicalAddress(peer) === undefined) return undefined
  const walked = entries.slice(-hops).map(readEntry)
  return walked.includes(undefined) ? undefined : walked[0]
}

function walkNetworks(
  peer: string | undefined,
  entries: readonly string[],
  contains: (address: string) => boolean,
): string | undefined {
  let address = peer === undefined ? undefined : canonicalAddress(peer)
  if (address === undefined || !contains(address)) return address
  if (entries.length === 0) return undefined
  for (let index = entries.length - 1; index >= 0; index--) {
    address = readEntry(entries[index] ?? '')
    if (address === undefined || !contains(address)) return address
  }
  return address
}

/** Some proxies write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function readEntry(entry: string): string | undefined {
  const text = entry.replace(/^[ \t]+|[ \t]+$/g, '')
  const [, bracketed, plain] = /^(?:\[([0-9a-f:.]+)\]|([\d.]+))(?::\d{1,5})?$/i.exec(text) ?? []
  if (bracketed !== undefined)
    return bracketed.includes(':') ? canonicalAddress(bracketed) : undefined
  return canonicalAddress(plain ?? text)
}
