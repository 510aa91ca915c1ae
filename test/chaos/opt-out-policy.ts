// A policy of large limits: `browse` is waived while the risk is low, `buy` by an allowance, `admin` by nothing.
const A_MONTH_MS = 30 * 24 * 3_600_000

export const policy = {
  countersign: 1,
  name: 'chaos',
  assurance: {
    levels: [
      { acr: 'aal1', amr: [['pwd']] },
      { acr: 'aal2', amr: [['pwd', 'otp']] },
    ],
  },
  actions: {
    browse: {},
    buy: { resource: { amount: { type: 'integer', minimum: 1 } } },
    admin: {},
  },
  threatModels: {
    calm: { bias: -3, signals: { 'new-device': 0.5 }, levels: { MEDIUM: 0.5, HIGH: 0.9 } },
  },
  segments: { everyone: { threatModel: 'calm' } },
  optOuts: {
    calm: {
      kind: 'low-risk',
      riskBelow: 'HIGH',
      until: new Date(Date.now() + A_MONTH_MS).toISOString().slice(0, 10),
    },
    small: {
      kind: 'allowance',
      of: 'resource.amount',
      each: 10,
      total: 1_000_000,
      count: 100_000,
      riskBelow: 'HIGH',
    },
  },
  rules: [
    { id: 'browsing', actions: ['browse'], require: { acr: 'aal2' }, optOuts: ['calm'] },
    { id: 'buying', actions: ['buy'], require: { acr: 'aal2' }, optOuts: ['small'] },
    { id: 'admin', actions: ['admin'], require: { acr: 'aal2' } },
  ],
} as const
