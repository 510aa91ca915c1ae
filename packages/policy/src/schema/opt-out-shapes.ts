// The kinds of opt-outs: each ends, and each has a risk ceiling. There is no way to write one that does not.
import type {
  AllowanceDocument,
  EnrollmentGraceDocument,
  LowRiskDocument,
  NetworkDocument,
  TrustedDeviceDocument,
  TrustedTargetDocument,
  WaiverDocument,
} from '../policy-document.ts'
import type { ChoiceShape, ConstantShape, NumberShape, TextShape, VariantsShape } from './shape.ts'
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
        of: required(attribute('The attribute that is counted', 'numeric', 'amount')),
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
    'trusted-target': fields<TrustedTargetDocument>(
      "On the person's own list: put there after a fresh step-up that met the rule.",
      {
        kind: required(kind('trusted-target')),
        of: required(attribute('The attribute that is looked up', 'text or integer', 'payee')),
        overall: required(durationText('How long it stays on the list at most.')),
        riskBelow: required(riskBelow),
        when: optional(when),
        until: optional(endText),
      },
    ),
    'enrollment-grace': fields<EnrollmentGraceDocument>(
      'People who are known never to have enrolled a factor, until one day that is the last for all.',
      {
        kind: required(kind('enrollment-grace')),
        claim: required({
          is: 'text',
          about: 'The claim that says whether the person has enrolled: false or null where not.',
          pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
          maxLength: 64,
          write: 'write the name of a claim, such as mfa_enrolled',
        }),
        until: required(endText),
        riskBelow: required(riskBelow),
        when: optional(when),
      },
    ),
  },
  notBuilt: ['cool-down'],
}

function kind(value: string): ConstantShape {
  return { is: 'constant', about: 'What the opt-out rests on.', value }
}

function attribute(what: string, type: string, example: string): TextShape {
  return {
    is: 'text',
    about: `${what}, such as resource.${example}.`,
    pattern: /^resource\.[A-Za-z_][A-Za-z0-9_]*$/,
    maxLength: 80,
    write: `write resource. and the name of a ${type} attribute, such as resource.${example}`,
  }
}

function amount(about: string): NumberShape {
  return { is: 'number', about, integer: false, minimum: 0, above: true, maximum: 1e12 }
}
