// The kinds of opt-outs: each ends, and each has a risk ceiling. There is no way to write one that does not.
import type {
  AllowanceDocument,
  LowRiskDocument,
  NetworkDocument,
  TrustedDeviceDocument,
  WaiverDocument,
} from '../policy-document.ts'
import type { ChoiceShape, ConstantShape, NumberShape, VariantsShape } from './shape.ts'
import { fields, listOf, optional, required, withExample } from './shape.ts'
import { conditionText, durationText, endText, freeText, networkText } from './text-shapes.ts'

const riskBelow: ChoiceShape = {
  is: 'choice',
  about: 'The risk ceiling: the opt-out holds only while the risk certainly lies below this level.',
  of: ['MEDIUM', 'HIGH'],
}
const when = conditionText('It holds only where this condition is certainly true.')
const networks = withExample(
  listOf('The client address has to lie in one of these networks.', networkText),
  'networks: [10.0.0.0/8]',
)

export const optOutShape: VariantsShape = {
  is: 'variants',
  about: 'An exception that is bounded, revocable and recorded.',
  by: 'kind',
  variants: {
    'trusted-device': fields<TrustedDeviceDocument>(
      'A browser that the person chose to trust after a completed challenge.',
      {
        kind: required(kind('trusted-device')),
        overall: required(durationText('How long a device is trusted at most.')),
        idle: required(durationText('How long a device may go unused.')),
        riskBelow: required(riskBelow),
        when: optional(when),
        until: optional(endText),
      },
    ),
    allowance: fields<AllowanceDocument>(
      'Small amounts, counted per rule and person since the last step-up that met the rule.',
      {
        kind: required(kind('allowance')),
        of: required({
          is: 'text',
          about: 'The attribute that is counted, such as resource.amount.',
          pattern: /^resource\.[A-Za-z_][A-Za-z0-9_]*$/,
          maxLength: 80,
          write: 'write resource. and the name of a numeric attribute, such as resource.amount',
        }),
        each: required(amount('The most that one request may ask for (inclusive).')),
        total: required(amount('The most that all of them together may ask for (inclusive).')),
        count: required({
          is: 'number',
          about: 'How many requests it answers.',
          integer: true,
          minimum: 1,
          maximum: 100_000,
        }),
        riskBelow: required(riskBelow),
        when: optional(when),
        until: optional(endText),
      },
    ),
    'low-risk': fields<LowRiskDocument>('Nothing but the risk ceiling and the condition.', {
      kind: required(kind('low-risk')),
      until: required(endText),
      riskBelow: required(riskBelow),
      when: optional(when),
    }),
    network: fields<NetworkDocument>('A client address in one of the networks.', {
      kind: required(kind('network')),
      networks: required(networks),
      until: required(endText),
      riskBelow: required(riskBelow),
      when: optional(when),
    }),
    waiver: fields<WaiverDocument>('A signed exception for subjects without a human.', {
      kind: required(kind('waiver')),
      when: required(when),
      networks: required(networks),
      until: required(endText),
      riskBelow: required(riskBelow),
      owner: required(freeText('Who answers for it.')),
      approvedBy: required(freeText('Who approved it: somebody other than the owner.')),
      ticket: required(freeText('Where the approval is written down.')),
      reason: required(freeText('Why it is needed.')),
    }),
  },
  notBuilt: ['trusted-target', 'enrollment-grace', 'cool-down'],
}

function kind(value: string): ConstantShape {
  return { is: 'constant', about: 'What the opt-out rests on.', value }
}

function amount(about: string): NumberShape {
  return { is: 'number', about, integer: false, minimum: 0, above: true, maximum: 1e12 }
}
