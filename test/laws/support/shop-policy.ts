// One policy that has every kind of opt-out and of requirement, for the laws that need a whole guard.
import type { PolicyDocument } from '@countersign/policy'

export const shopPolicy = {
  countersign: 1,
  name: 'laws',
  actions: {
    view: {},
    buy: { resource: { amount: { type: 'integer', minimum: 0 } } },
    gift: { resource: { amount: { type: 'integer', minimum: 0 } } },
    'admin.tool': {},
    office: {},
    calm: {},
  },
  external: ['malware', 'closed'],
  routes: [{ method: ['GET'], path: '/view/**', action: 'view' }],
  threatModels: {
    one: {
      bias: -2,
      signals: {
        malware: 5,
        'credential-change': 0.5,
        'new-device': 0.2,
        'device-reuse': 2.5,
        velocity: 1.5,
      },
      levels: { MEDIUM: 0.5, HIGH: 0.9 },
    },
  },
  segments: { everyone: { threatModel: 'one' } },
  optOuts: {
    remembered: { kind: 'trusted-device', overall: '30d', idle: '7d', riskBelow: 'MEDIUM' },
    small: {
      kind: 'allowance',
      of: 'resource.amount',
      each: 30,
      total: 100,
      count: 5,
      riskBelow: 'HIGH',
    },
    tiny: {
      kind: 'allowance',
      of: 'resource.amount',
      each: 10,
      total: 20,
      count: 2,
      riskBelow: 'HIGH',
    },
    inside: { kind: 'network', networks: ['10.0.0.0/8'], until: '2027-06-30', riskBelow: 'HIGH' },
    calm: { kind: 'low-risk', until: '2027-06-30', riskBelow: 'MEDIUM' },
  },
  rules: [
    { id: 'login', actions: ['*'], require: { maxAge: '12h' } },
    {
      id: 'money',
      actions: ['buy', 'gift'],
      require: { acr: 'aal2', maxAge: '15m' },
      optOuts: ['remembered', 'small'],
    },
    {
      id: 'gifts',
      actions: ['gift'],
      require: { acr: 'aal2', maxAge: '1h' },
      optOuts: ['remembered', 'tiny'],
    },
    {
      id: 'tools',
      actions: ['admin.tool'],
      require: { acr: 'aal2', maxAge: '15m' },
      optOuts: ['remembered'],
    },
    {
      id: 'office',
      actions: ['office'],
      require: { acr: 'aal2', maxAge: '15m' },
      optOuts: ['inside'],
    },
    { id: 'calm', actions: ['calm'], require: { acr: 'aal2', maxAge: '15m' }, optOuts: ['calm'] },
    {
      id: 'hot',
      actions: ['*'],
      when: 'risk.level == "HIGH"',
      require: { acr: 'aal2', maxAge: '2m' },
    },
    { id: 'shut', actions: ['*'], when: '"closed" in signals', deny: true },
  ],
} as const satisfies PolicyDocument
