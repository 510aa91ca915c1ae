// The policy of the chaos tests, with an allowance that is soon spent: `give` is waived ten times for each person.
import { policy } from './opt-out-policy.ts'

export const GIFTS = 10

export const postgresPolicy = {
  ...policy,
  actions: { ...policy.actions, give: { resource: policy.actions.buy.resource } },
  optOuts: {
    ...policy.optOuts,
    gifts: { ...policy.optOuts.small, each: 10, total: 10 * GIFTS, count: 1_000 },
  },
  rules: [
    ...policy.rules,
    { id: 'giving', actions: ['give'], require: { acr: 'aal2' }, optOuts: ['gifts'] },
  ],
} as const
