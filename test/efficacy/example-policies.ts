// The policies that are measured: device and risk, as the documents recommend it, and the baseline of a cookie alone.

const SHOP = `
countersign: 1
name: efficacy
assurance: { levels: [{ acr: aal1, amr: [[pwd]] }, { acr: aal2, amr: [[pwd, otp]] }] }
actions: { transfer.create: {} }`

export const RISK_POLICY = `${SHOP}
threatModels:
  account-takeover:
    bias: -3
    signals:
      unfamiliar-login: 3
      new-device: 1.5
      new-network: 2
      user-agent-change: 3
      ip-change: 3
      impossible-travel: 2
      anonymous-network: 2.5
      cold-start: 1
    levels: { MEDIUM: 0.35, HIGH: 0.7 }
segments: { everyone: { threatModel: account-takeover } }
optOuts:
  remembered-device: { kind: trusted-device, overall: 90d, idle: 45d, riskBelow: MEDIUM }
  calm: { kind: low-risk, until: 2026-12-31, riskBelow: MEDIUM }
rules:
  - { id: money-out, actions: [transfer.create], require: { acr: aal2, maxAge: 15m }, optOuts: [remembered-device, calm] }
`

/** Whoever has the cookie is let through. */
export const COOKIE_POLICY = `${SHOP}
threatModels:
  none: { bias: -9, signals: {}, levels: { MEDIUM: 0.9, HIGH: 0.95 } }
segments: { everyone: { threatModel: none } }
optOuts:
  remembered-device: { kind: trusted-device, overall: 90d, idle: 45d, riskBelow: HIGH }
rules:
  - { id: money-out, actions: [transfer.create], require: { acr: aal2, maxAge: 15m }, optOuts: [remembered-device] }
`
