// Which proxies are believed when they say whom they speak for (T35, T36).
import { ConfigurationError, describeValue } from '../configuration-error.ts'
import { prepareNetworks } from './prepare-networks.ts'

/** How many proxies stand before the app, or the networks that they are in. Undefined: there is none. */
export type TrustProxy = number | readonly string[] | undefined

/** `TrustProxy`, checked and parsed once by `prepareTrust`. */
export type PreparedTrust =
  | { readonly by: 'nobody' }
  | { readonly by: 'hops'; readonly hops: number }
  | { readonly by: 'networks'; readonly contains: (address: string) => boolean }

const NOBODY: PreparedTrust = { by: 'nobody' }

/**
 * @throws ConfigurationError `trust_proxy_all` for `true` and for a network of all addresses, which would believe whatever a client writes;
 *   `trust_proxy_malformed`, `network_malformed`, `network_host_bits`
 */
export function prepareTrust(trustProxy: TrustProxy): PreparedTrust {
  const given: unknown = trustProxy
  if (given === undefined || given === 0) return NOBODY
  if (typeof given === 'number' && Number.isSafeInteger(given) && given > 0) {
    return { by: 'hops', hops: given }
  }
  if (!Array.isArray(given)) throw refuse(given)
  if (given.length === 0) return NOBODY
  if (given.some((one) => typeof one === 'string' && /\/0+$/.test(one.trim()))) throw refuse(true)
  return { by: 'networks', contains: prepareNetworks(given, 'trustProxy') }
}

function refuse(given: unknown): ConfigurationError {
  const all = given === true
  return new ConfigurationError({
    code: all ? 'trust_proxy_all' : 'trust_proxy_malformed',
    path: 'trustProxy',
    problem: all
      ? 'must not trust everybody, for any client could then claim any address'
      : 'must be a whole number of proxies or a list of their networks',
    got: describeValue(given),
    fix: "Write trustProxy: 1 for one proxy before the app, or trustProxy: ['10.0.0.0/8'] for those of a network.",
  })
}
