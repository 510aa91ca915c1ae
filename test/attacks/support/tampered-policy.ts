// The policy of the apps that are tampered with: no risk but what a test brings, so that nothing else refuses.

export interface TamperedPolicy {
  [name: string]: unknown
  external: string[]
  threatModels: { one: { bias: number; signals: Record<string, number>; levels: object } }
  rules: Record<string, unknown>[]
}

/** A document of its own each time. */
export function tamperedPolicy(
  change: (policy: TamperedPolicy) => void = () => undefined,
): TamperedPolicy {
  const policy: TamperedPolicy = {
    countersign: 1,
    name: 'tampered',
    assurance: {
      levels: [
        { acr: 'aal1', amr: [['pwd']] },
        { acr: 'aal2', amr: [['pwd', 'otp']] },
        { acr: 'aal3', amr: [['hwk', 'user', 'pop']] },
      ],
    },
    actions: {
      'account.view': {},
      'transfer.create': { resource: { amount: { type: 'integer', minimum: 1 } } },
      'key.create': { sensitive: true },
    },
    external: ['heard'],
    routes: [{ method: ['GET'], path: '/account/**', action: 'account.view' }],
    threatModels: {
      one: { bias: -3, signals: { heard: 1 }, levels: { MEDIUM: 0.35, HIGH: 0.7 } },
    },
    segments: { everyone: { threatModel: 'one' } },
    optOuts: {
      'remembered-device': {
        kind: 'trusted-device',
        overall: '30d',
        idle: '7d',
        riskBelow: 'MEDIUM',
      },
      'small-payment': {
        kind: 'allowance',
        of: 'resource.amount',
        each: 30,
        total: 100,
        count: 5,
        riskBelow: 'HIGH',
      },
    },
    rules: [
      { id: 'account', actions: ['account.view'], require: { acr: 'aal1', maxAge: '12h' } },
      {
        id: 'money-out',
        actions: ['transfer.create'],
        require: { acr: 'aal2', maxAge: '15m' },
        optOuts: ['remembered-device', 'small-payment'],
      },
      { id: 'keys', actions: ['key.*'], require: { acr: 'aal2', maxAge: '5m' } },
    ],
  }
  change(policy)
  return policy
}
