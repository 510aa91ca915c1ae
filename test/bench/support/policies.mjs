// The same policy in each engine: five rules an action, of which one always applies and four hang on an amount.
import { compilePolicy } from '../../../packages/policy/dist/index.js'

export function documentOf(rules, conditions) {
  const actions = Array.from({ length: rules / 5 }, (_, i) => `a${i}.do`)
  return {
    countersign: 1,
    name: 'bench',
    assurance: {
      levels: [
        { acr: 'aal1', amr: [['pwd']] },
        { acr: 'aal2', amr: [['pwd', 'otp']] },
      ],
    },
    actions: Object.fromEntries(
      actions.map((name) => [
        name,
        { resource: { amount: { type: 'integer', minimum: 0 }, payee: { type: 'string' } } },
      ]),
    ),
    rules: actions.flatMap((action, a) =>
      Array.from({ length: 5 }, (_, i) => ({
        id: `r${a}-${i}`,
        actions: [action],
        ...(i > 0 && conditions ? { when: conditionOf(i) } : {}),
        require: { acr: i === 0 ? 'aal1' : 'aal2', maxAge: '12h' },
      })),
    ),
  }
}

export function conditionOf(i) {
  return `resource.amount > ${i * 100} && resource.payee != "self" && subject.id != "svc-${i}"`
}

export function compile(rules, conditions) {
  return compilePolicy(documentOf(rules, conditions))
}

const known = (value) => ({ is: 'known', value })
const none = { is: 'absent', share: 0, until: 0 }

export function factsOf(action, at) {
  return {
    at,
    action,
    resource: { amount: known(450), payee: known('bob') },
    address: known('192.0.2.1'),
    subject: { id: 'alice', claims: {} },
    session: {
      id: known('s1'),
      factors: [
        { acr: 'aal1', amr: ['pwd'], at: at - 3_600_000, from: 'identity' },
        { amr: ['otp'], at: at - 60_000, from: 'evidence' },
      ],
    },
    device: { is: 'unknown', why: 'device_absent' },
    signals: {
      'new-device': none,
      velocity: none,
      'credential-change': none,
      'device-reuse': none,
    },
  }
}
