// The shops' policy with changes, as an operator would activate it.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

export interface ShopPolicy {
  name: string
  actions: Record<string, object>
  external: string[]
  optOuts: Record<string, Record<string, unknown>>
  rules: Record<string, unknown>[]
  threatModels: { 'account-takeover': { signals: Record<string, number> } }
}

/** A document of its own each time. */
export function shopPolicy(change: (policy: ShopPolicy) => void = () => undefined): ShopPolicy {
  const text = readFileSync(new URL('../../../examples/shop/policy.yaml', import.meta.url), 'utf8')
  const policy: ShopPolicy = parse(text)
  change(policy)
  return policy
}

/** Trust that an attack can outlive. */
export function shortTrust(overall: string, idle: string): ShopPolicy {
  return shopPolicy((policy) => {
    Object.assign(policy.optOuts['remembered-device'] ?? {}, { overall, idle })
  })
}
