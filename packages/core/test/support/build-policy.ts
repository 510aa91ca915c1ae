// A compiled policy written by hand: the sample of the design, with what a test wants otherwise.
import type { CompiledPolicy, OptOut, Rule } from '../../src/policy/compiled-policy.ts'

export const MINUTE = 60_000
export const HOUR: number = 60 * MINUTE
export const DAY: number = 24 * HOUR

export type PolicyParts = Partial<Omit<CompiledPolicy, 'countersign' | 'evaluator' | 'document'>>

export function buildPolicy(parts: PolicyParts = {}): CompiledPolicy {
  return {
    countersign: 1,
    evaluator: 1,
    name: 'shop',
    revision: `revision ${JSON.stringify(parts)}`,
    levels: [
      { acr: 'aal1', amr: [['pwd']] },
      {
        acr: 'aal2',
        amr: [
          ['pwd', 'otp'],
          ['pwd', 'hwk'],
        ],
      },
    ],
    actions: {
      'account.view': { sensitive: false, open: false, resource: {} },
      'transfer.create': {
        sensitive: false,
        open: false,
        resource: {
          amount: { type: 'integer', minimum: 1 },
          payee: { type: 'string', maxLength: 64 },
        },
      },
      'key.create': { sensitive: true, open: false, resource: {} },
      'site.view': { sensitive: false, open: true, resource: {} },
    },
    external: ['account-disabled'],
    routes: [],
    threatModels: { calm: { bias: -2, signals: {}, levels: { MEDIUM: 0.35, HIGH: 0.7 } } },
    segments: { everyone: { threatModel: 'calm' } },
    optOuts: { remembered: trustedDevice(), small: allowance() },
    rules: [accountRule, moneyRule(), keysRule],
    document: {},
    ...parts,
  }
}

export const accountRule: Rule = {
  id: 'account',
  actions: ['account.view'],
  require: { acr: 'aal1', maxAgeSeconds: 12 * 3600 },
  optOuts: [],
}

export function moneyRule(optOuts: readonly string[] = ['remembered', 'small']): Rule {
  return {
    id: 'money-out',
    actions: ['transfer.create'],
    require: { acr: 'aal2', maxAgeSeconds: 900 },
    optOuts,
  }
}

export const keysRule: Rule = {
  id: 'keys',
  actions: ['key.create'],
  require: { acr: 'aal2', maxAgeSeconds: 300 },
  optOuts: [],
}

export function trustedDevice(overallMs: number = 30 * DAY, idleMs: number = 7 * DAY): OptOut {
  return { kind: 'trusted-device', overallMs, idleMs, riskBelow: 'MEDIUM' }
}

export function allowance(each = 30, total = 100, count = 5): OptOut {
  return { kind: 'allowance', of: 'amount', each, total, count, riskBelow: 'HIGH' }
}
