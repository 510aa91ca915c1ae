// The policy that holds where an app has not written one.
import type { CompiledPolicy } from '@countersign/core'
import { compilePolicy } from './compile-policy.ts'
import type { PolicyDocument } from './policy-document.ts'

export const defaultPolicyDocument: PolicyDocument = {
  countersign: 1,
  name: 'default',
  actions: 'any',
  optOuts: {
    'remembered-device': {
      kind: 'trusted-device',
      overall: '30d',
      idle: '7d',
      riskBelow: 'MEDIUM',
    },
  },
  rules: [
    {
      id: 'recent-login',
      actions: ['*'],
      require: { maxAge: '15m' },
      optOuts: ['remembered-device'],
    },
  ],
}

/**
 * Accepts every action name; each needs a login of at most 15 minutes' age, or a device that the person chose to trust
 * at most 30 days ago and used within 7, while the risk lies below MEDIUM.
 */
export function defaultPolicy(): CompiledPolicy {
  return compilePolicy(defaultPolicyDocument)
}
