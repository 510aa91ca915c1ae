// A policy with one of everything that explain has to tell.
export const SHOP = `countersign: 1
name: shop
assurance:
  levels: [{ acr: aal1, amr: [[pwd]] }, { acr: aal2, amr: [[pwd, otp], [pwd, hwk]] }]
actions:
  account.view: {}
  transfer.create: { resource: { amount: { type: integer, minimum: 1 }, payee: { type: string, maxLength: 64 } } }
  api-key.create: { sensitive: true }
external: [account-disabled]
threatModels:
  account-takeover: { bias: -2, signals: { new-device: 1.2, credential-change: 2.5, velocity: 1.5, cold-start: 0.5 }, levels: { MEDIUM: 0.35, HIGH: 0.7 } }
segments:
  everyone: { threatModel: account-takeover }
optOuts:
  remembered-device: { kind: trusted-device, overall: 30d, idle: 7d, riskBelow: MEDIUM }
  small-payment: { kind: allowance, of: resource.amount, each: 30, total: 100, count: 5, riskBelow: HIGH }
rules:
  - { id: account, actions: [account.view], require: { acr: aal1, maxAge: 12h } }
  - { id: money-out, actions: [transfer.create], require: { acr: aal2, maxAge: 15m }, optOuts: [remembered-device, small-payment] }
  - { id: keys, actions: ["api-key.*"], require: { acr: aal2, maxAge: 5m } }
  - { id: hot, actions: ["*"], when: risk.level == "HIGH", require: { acr: aal2, maxAge: 2m } }
  - { id: closed, actions: ["*"], when: '"account-disabled" in signals', deny: true }
`
