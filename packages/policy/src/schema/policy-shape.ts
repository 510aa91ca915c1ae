// The policy document as one table: checking and the published JSON Schema are made from it.
import type {
  AssuranceDocument,
  LevelDocument,
  PolicyDocument,
  RequirementDocument,
  RouteDocument,
  RuleDocument,
  SegmentDocument,
  ThreatDocument,
  ThreatModelDocument,
} from '../policy-document.ts'
import { actionShape } from './action-shapes.ts'
import { optOutShape } from './opt-out-shapes.ts'
import type { FieldsShape, NumberShape } from './shape.ts'
import { fields, listOf, mapOf, optional, required, withExample } from './shape.ts'
import {
  acrText,
  actionName,
  actionPattern,
  attributeName,
  conditionText,
  durationText,
  freeText,
  methodText,
  nameText,
  pathText,
  signalCode,
} from './text-shapes.ts'

const level = fields<LevelDocument>('A level of assurance.', {
  acr: required(acrText),
  amr: optional(
    listOf(
      'Sets of methods; all of any one set earn the level.',
      listOf('All of these methods.', methodText, { maxItems: 10 }),
      { maxItems: 50, minItems: 0, unique: false },
    ),
  ),
})

const route = fields<RouteDocument>('Which action a request is.', {
  method: optional(
    listOf('Methods; GET includes HEAD.', {
      is: 'text',
      about: 'A method of HTTP.',
      pattern: /^[A-Za-z]+$/,
      maxLength: 20,
      write: 'write a method such as POST',
    }),
  ),
  path: required(pathText),
  action: required(actionName),
})

const weight: NumberShape = {
  is: 'number',
  about: 'Log-odds that the signal adds; never negative.',
  integer: false,
  minimum: 0,
  maximum: 50,
}

const threshold: NumberShape = {
  is: 'number',
  about: 'The score from which on the level holds.',
  integer: false,
  minimum: 0,
  above: true,
  maximum: 0.999_999,
}

const threatModel = fields<ThreatModelDocument>(
  'Which signals count, and how much: score = 1 / (1 + e^-(bias + weights)).',
  {
    bias: required({ ...weight, about: 'Log-odds without any signal.', minimum: -50 }),
    signals: required(
      withExample(
        mapOf('The weights of signals.', signalCode, weight),
        'signals: { new-device: 1.2 }',
      ),
    ),
    levels: required(
      withExample(
        fields<ThreatModelDocument['levels']>('Where the levels begin.', {
          MEDIUM: required(threshold),
          HIGH: required(threshold),
        }),
        'levels: { MEDIUM: 0.35, HIGH: 0.7 }',
      ),
    ),
  },
)

const segment = fields<SegmentDocument>('For whom a threat model is.', {
  threatModel: required(nameText('One of threatModels.')),
  when: optional(conditionText('For whom; without it, for everyone. May not read the risk.')),
})

const threat = fields<ThreatDocument>('A way in which opt-outs could be abused.', {
  about: required(freeText('What could happen.')),
  optOuts: required(
    withExample(
      listOf('The opt-outs that are exposed to it.', nameText('One of optOuts.')),
      'optOuts: [remembered-device]',
    ),
  ),
  controls: optional(
    listOf('What keeps it small, or shows that it happens.', freeText('A control.'), {
      minItems: 0,
    }),
  ),
  accepted: optional({ is: 'flag', about: 'What the controls leave of it is accepted.' }),
})

const requirement = fields<RequirementDocument>(
  'What the person has to have proved.',
  {
    acr: optional({ ...acrText, about: 'At least this level of assurance.' }),
    amr: optional(listOf('All of these methods.', methodText, { maxItems: 10 })),
    maxAge: optional(durationText('How long ago at most.')),
    once: optional({
      is: 'constant',
      about: 'Proved in a challenge for this very action; good for one request.',
      value: true,
    }),
    bind: optional(
      listOf(
        'Attributes that the challenge shows: the proof is good for these values of them alone.',
        attributeName,
        { maxItems: 5 },
      ),
    ),
  },
  { atLeastOne: ['acr', 'amr', 'maxAge'] },
)

const rule = fields<RuleDocument>(
  'A demand or a denial. Rules are a set: the strictest wins, their order never matters.',
  {
    id: required(nameText('What decisions and records call it.')),
    actions: required(
      withExample(listOf('The actions that it is for.', actionPattern), 'actions: ["*"]'),
    ),
    when: optional(conditionText('It applies where this is true or unknown.')),
    require: optional(requirement),
    deny: optional({ is: 'constant', about: 'Deny, whatever was proved.', value: true }),
    optOuts: optional(
      listOf('The opt-outs that may answer it.', nameText('One of optOuts.'), { minItems: 0 }),
    ),
  },
  { exactlyOne: ['require', 'deny'] },
)

export const policyShape: FieldsShape = fields<PolicyDocument>(
  'A policy of Countersign.',
  {
    countersign: required({
      is: 'constant',
      about: 'The version of the policy language.',
      value: 1,
    }),
    name: required(freeText('What people call the policy.')),
    assurance: optional(
      fields<AssuranceDocument>('How strongly people prove who they are.', {
        levels: required(
          withExample(
            listOf('Weakest first.', level, { maxItems: 20 }),
            'levels: [{ acr: aal1, amr: [[pwd]] }, { acr: aal2, amr: [[pwd, otp]] }]',
          ),
        ),
      }),
    ),
    actions: required({
      is: 'either',
      about: 'The actions that the app guards; any accepts every name.',
      example: 'actions: { transfer.create: {} }, or actions: any',
      word: 'any',
      other: mapOf('Actions and their attributes.', actionName, actionShape, 1),
    }),
    external: optional(
      listOf('Signals that come from outside: absent until heard.', signalCode, { minItems: 0 }),
    ),
    halfLives: optional(
      mapOf(
        'How fast signals fade that were heard: the share halves each time so much passes.',
        signalCode,
        durationText('A half-life.'),
      ),
    ),
    routes: optional(
      listOf('Which action a request is, where the app names none itself.', route, {
        minItems: 0,
        maxItems: 20_000,
        unique: false,
      }),
    ),
    threatModels: optional(
      mapOf('How signals make up the risk.', nameText('A threat model.'), threatModel, 1),
    ),
    segments: optional(
      mapOf(
        'For whom which threat model is. All that match or may match count.',
        nameText('A segment.'),
        segment,
        1,
      ),
    ),
    optOuts: optional(mapOf('The exceptions.', nameText('An opt-out.'), optOutShape)),
    approval: optional({
      is: 'constant',
      about:
        'While it is in force, what may loosen is proposed by one person and approved by another.',
      value: 'second-person',
    }),
    threats: optional(mapOf('What opt-outs are exposed to.', nameText('A threat.'), threat)),
    rules: required(
      withExample(
        listOf('The rules.', rule, { maxItems: 20_000, unique: false }),
        'rules: [{ id: everything, actions: ["*"], require: { maxAge: 15m } }]',
      ),
    ),
  },
  { notBuilt: ['budgets'] },
)
