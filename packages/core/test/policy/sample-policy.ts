// A compiled policy by hand, with any of its parts replaced.
import type { CompiledPolicy } from '../../src/policy/compiled-policy.ts'

export const levels: CompiledPolicy['levels'] = [
  { acr: 'aal1', amr: [['pwd']] },
  {
    acr: 'aal2',
    amr: [
      ['pwd', 'otp'],
      ['pwd', 'hwk'],
      ['hwk', 'user'],
    ],
  },
  { acr: 'aal3', amr: [['hwk', 'user', 'pop']] },
]

export function policyOf(parts: Partial<CompiledPolicy>): CompiledPolicy {
  return {
    countersign: 1,
    evaluator: 1,
    name: 'by hand',
    revision: '0'.repeat(64),
    levels,
    actions: { 'transfer.create': { sensitive: false, open: false, resource: {} } },
    external: [],
    routes: [],
    threatModels: {
      calm: {
        bias: -2,
        signals: { present: 1.5, absent: 3, unknown: 0 },
        levels: { MEDIUM: 0.3, HIGH: 0.7 },
      },
    },
    segments: { everyone: { threatModel: 'calm' } },
    optOuts: {},
    rules: [],
    document: {},
    ...parts,
  }
}
