import { formatProblem, lintPolicy, type ProblemCode, problemCodes } from '@countersign/policy'
import { describe, expect, test } from 'vitest'

const now = Date.parse('2026-11-24T00:00:00Z')

const RULE = '- { id: all, actions: ["*"], require: { maxAge: 15m } }'

/** A whole policy, from the lines that matter. */
function policy(lines: string, rules = RULE): string {
  return `countersign: 1\nname: test\n${lines}\nrules:\n  ${rules}\n`
}
const ACTIONS = 'actions: { pay: { resource: { amount: { type: integer, minimum: 0 } } } }'
const DEVICE =
  'optOuts: { dev: { kind: trusted-device, overall: 30d, idle: 7d, riskBelow: MEDIUM } }'
const WITH_DEVICE = '- { id: all, actions: ["*"], require: { maxAge: 15m }, optOuts: [dev] }'

function waiver(change: string): string {
  const fields = new Map<string, string>([
    ['when', '\'subject.id == "bot"\''],
    ['networks', '[10.0.0.0/8]'],
    ['until', '2027-03-31'],
    ['riskBelow', 'MEDIUM'],
    ['owner', 'a@x.example'],
    ['approvedBy', 'b@x.example'],
    ['ticket', 'SEC-1'],
    ['reason', 'nightly'],
  ])
  const [key = '', value = ''] = change.split(/: (.*)/s)
  if (value === '') fields.delete(key)
  else fields.set(key, value)
  const text = [...fields].map(([name, field]) => `${name}: ${field}`).join(', ')
  return policy(`${ACTIONS}\noptOuts:\n  dev: { kind: waiver, ${text} }`, WITH_DEVICE)
}

function allowance(fields: string, actions = ACTIONS): string {
  return policy(
    `${actions}\noptOuts:\n  dev: { kind: allowance, ${fields}, riskBelow: HIGH }`,
    WITH_DEVICE,
  )
}

function model(text: string, more = ''): string {
  return policy(`${ACTIONS}\nthreatModels:\n  m: ${text}${more}`)
}
const GOOD_MODEL =
  '{ bias: -4, signals: { new-device: 4, velocity: 2 }, levels: { MEDIUM: 0.3, HIGH: 0.7 } }'

interface Case {
  readonly name: string
  readonly text: string
  readonly code: ProblemCode
  /** How the text goes on at the place that is told; empty: at the end of a line. */
  readonly at: string
  readonly path: string
  readonly says: RegExp
  readonly severity?: 'warning'
}

const cases: readonly Case[] = [
  // the text
  {
    name: 'broken YAML',
    text: 'countersign: 1\nname: [a\nrules: x\n',
    code: 'yaml_syntax',
    at: 'rules: x',
    path: '',
    says: /found a text that cannot be read/,
  },
  {
    name: 'broken JSON',
    text: '{\n  "countersign": 1,\n  "name": "a\n',
    code: 'yaml_syntax',
    at: '',
    path: '',
    says: /quote/i,
  },
  {
    name: 'a text without end',
    text: `# ${'x'.repeat(2_000_000)}`,
    code: 'text_too_long',
    at: '# xxxxxxxxxxxxxxxxxxxxxx',
    path: '',
    says: /longer than 2000000 characters; found 2000002 characters/,
  },
  {
    name: 'nesting without end',
    text: '['.repeat(500_000),
    code: 'nested_too_deep',
    at: '[[[[[[',
    path: '',
    says: /nested deeper than 40 levels/,
  },
  {
    name: 'two documents',
    text: `${policy(ACTIONS)}---\n${policy(ACTIONS)}`,
    code: 'not_one_document',
    at: '---',
    path: '',
    says: /more than one YAML document/,
  },
  {
    name: 'a directive',
    text: `%YAML 1.1\n---\n${policy(ACTIONS)}`,
    code: 'directive',
    at: '%YAML 1.1',
    path: '',
    says: /directives are not used/,
  },
  {
    name: 'an anchor',
    text: policy(`actions: &all { pay: {} }`),
    code: 'anchor_or_alias',
    at: '{ pay: {',
    path: 'actions',
    says: /write the value out/,
  },
  {
    name: 'an alias',
    text: policy(ACTIONS, '- { id: all, actions: *all, require: { maxAge: 15m } }'),
    code: 'anchor_or_alias',
    at: '*all',
    path: 'rules[0].actions',
    says: /quote a text that begins with \*/,
  },
  {
    name: 'a tag',
    text: policy('actions: { pay: { sensitive: !!bool "true" } }'),
    code: 'tag',
    at: '"true"',
    path: 'actions.pay.sensitive',
    says: /remove the tag/,
  },
  {
    name: 'the same key twice',
    text: policy('actions: { pay: {} }\nactions: { pay: {} }'),
    code: 'duplicate_key',
    at: 'actions: { pay: {',
    path: 'actions',
    says: /found a second actions/,
  },
  {
    name: 'a list as a key',
    text: policy(`${ACTIONS}\n? [a, b]\n: c`),
    code: 'key_not_text',
    at: '[a, b]',
    path: '["?"]',
    says: /a key has to be a single word/,
  },
  {
    name: 'NUL in the text',
    text: policy('actions: { pay: {} }').replace('test', 'te\0st'),
    code: 'control_character',
    at: '\0st',
    path: '',
    says: /found U\+0000/,
  },
  {
    name: 'NUL in an escape',
    text: policy(ACTIONS).replace('test', '"te\\0st"'),
    code: 'control_character',
    at: '"te\\0st"',
    path: 'name',
    says: /control character/,
  },
  {
    name: 'a prototype as a key',
    text: policy('actions: { pay: {}, __proto__: { sensitive: true } }'),
    code: 'reserved_name',
    at: '__proto__: { sensitive: ',
    path: 'actions.__proto__',
    says: /choose another name/,
  },
  {
    name: 'a name that every object has',
    text: policy('actions: { pay: {}, constructor: {} }'),
    code: 'reserved_name',
    at: 'constructor: {',
    path: 'actions.constructor',
    says: /constructor cannot be a name/,
  },
  {
    name: 'infinity',
    text: model('{ bias: -.inf, signals: {}, levels: { MEDIUM: 0.1, HIGH: 0.2 } }'),
    code: 'not_json',
    at: '-.inf',
    path: 'threatModels.m.bias',
    says: /found -\.inf; write a number in decimal digits/,
  },
  // the shape
  {
    name: 'a number where a text belongs',
    text: policy(ACTIONS).replace('test', '12'),
    code: 'wrong_type',
    at: '12',
    path: 'name',
    says: /a text belongs here; found 12; put it in quotes: "12"/,
  },
  {
    name: 'nothing where a list belongs',
    text: 'countersign: 1\nname: test\nactions: any\nrules:\n',
    code: 'wrong_type',
    at: '',
    path: 'rules',
    says: /a list belongs here; found nothing/,
  },
  {
    name: 'no rules',
    text: 'countersign: 1\nname: test\nactions: any\n',
    code: 'missing_key',
    at: 'countersign: 1',
    path: '',
    says: /rules is missing; found no such key; add rules/,
  },
  {
    name: 'a key that is misspelt',
    text: policy(ACTIONS, '- { id: all, actions: ["*"], requires: { maxAge: 15m } }'),
    code: 'unknown_key',
    at: 'requires: { maxAge: 15m',
    path: 'rules[0].requires',
    says: /there is no key "requires" here; found "requires"; did you mean require\?/,
  },
  {
    name: 'budgets',
    text: policy(`${ACTIONS}\nbudgets: {}`),
    code: 'not_built_yet',
    at: 'budgets: {',
    path: 'budgets',
    says: /budgets belongs to the policy language, but is not built yet/,
  },
  ...['cool-down'].map(
    (kind): Case => ({
      name: `an opt-out of kind ${kind}`,
      text: policy(`${ACTIONS}\noptOuts: { dev: { kind: ${kind}, for: 5d } }`, WITH_DEVICE),
      code: 'not_built_yet',
      at: `${kind}`,
      path: 'optOuts.dev.kind',
      says: new RegExp(`${kind} belongs to the policy language, but is not built yet`),
    }),
  ),
  {
    name: 'a kind that is misspelt',
    text: policy(`${ACTIONS}\noptOuts: { dev: { kind: trusted-devise } }`, WITH_DEVICE),
    code: 'not_one_of',
    at: 'trusted-devise',
    path: 'optOuts.dev.kind',
    says: /did you mean trusted-device\?/,
  },
  {
    name: 'another version',
    text: policy(ACTIONS).replace('countersign: 1', 'countersign: 2'),
    code: 'not_one_of',
    at: '2',
    path: 'countersign',
    says: /only 1 belongs here; found 2; write 1/,
  },
  {
    name: 'a negative weight',
    text: model('{ bias: -2, signals: { new-device: -1 }, levels: { MEDIUM: 0.1, HIGH: 0.2 } }'),
    code: 'out_of_range',
    at: '-1',
    path: 'threatModels.m.signals.new-device',
    says: /too small; found -1; write a number of 0 or more, at most 50/,
  },
  {
    name: 'a level at 1',
    text: model('{ bias: -2, signals: {}, levels: { MEDIUM: 0.1, HIGH: 1 } }'),
    code: 'out_of_range',
    at: '1',
    path: 'threatModels.m.levels.HIGH',
    says: /too large/,
  },
  {
    name: 'a duration without a unit',
    text: policy(ACTIONS, '- { id: all, actions: ["*"], require: { maxAge: "15" } }'),
    code: 'malformed',
    at: '"15"',
    path: 'rules[0].require.maxAge',
    says: /found "15"; write a number and a unit, 90s, 15m, 12h or 30d/,
  },
  {
    name: 'a device that is trusted for longer than a year',
    text: policy(`${ACTIONS}\n${DEVICE.replace('30d', '367d')}`, WITH_DEVICE),
    code: 'malformed',
    at: '367d',
    path: 'optOuts.dev.overall',
    says: /of at most 366d/,
  },
  {
    name: 'a day that does not exist',
    text: waiver('until: 2027-02-29'),
    code: 'malformed',
    at: '2027-02-29',
    path: 'optOuts.dev.until',
    says: /write a date such as 2027-03-31/,
  },
  {
    name: 'an opt-out without an end',
    text: waiver('until'),
    code: 'missing_key',
    at: '{ kind: waiver',
    path: 'optOuts.dev',
    says: /until is missing/,
  },
  {
    name: 'an opt-out without a risk ceiling',
    text: waiver('riskBelow'),
    code: 'missing_key',
    at: '{ kind: waiver',
    path: 'optOuts.dev',
    says: /riskBelow is missing/,
  },
  {
    name: 'a waiver that nobody approved',
    text: waiver('approvedBy'),
    code: 'missing_key',
    at: '{ kind: waiver',
    path: 'optOuts.dev',
    says: /approvedBy is missing/,
  },
  {
    name: 'a pattern with a star in the middle',
    text: policy(ACTIONS, '- { id: all, actions: ["*", "p*y"], require: { maxAge: 15m } }'),
    code: 'malformed',
    at: '"p*y"',
    path: 'rules[0].actions[1]',
    says: /one \* at its end/,
  },
  {
    name: 'host bits',
    text: waiver('networks: [10.0.0.1/8]'),
    code: 'malformed',
    at: '10.0.0.1/8',
    path: 'optOuts.dev.networks[0]',
    says: /found "10\.0\.0\.1\/8"; write 10\.0\.0\.0\/8/,
  },
  {
    name: 'IPv4 in the clothes of IPv6',
    text: waiver('networks: ["::ffff:10.0.0.0/104"]'),
    code: 'malformed',
    at: '"::ffff:10.0.0.0/104"',
    path: 'optOuts.dev.networks[0]',
    says: /write 10\.0\.0\.0\/8/,
  },
  {
    name: 'a rule for nothing',
    text: policy(ACTIONS, '- { id: all, actions: [], require: { maxAge: 15m } }'),
    code: 'empty',
    at: '[], re',
    path: 'rules[0].actions',
    says: /at least one item/,
  },
  {
    name: 'a set of no methods, which everybody has',
    text: policy(`${ACTIONS}\nassurance: { levels: [{ acr: a, amr: [[]] }] }`),
    code: 'empty',
    at: '[]] }]',
    path: 'assurance.levels[0].amr[0]',
    says: /found an empty list/,
  },
  {
    name: 'twelve methods',
    text: policy(
      ACTIONS,
      `- { id: all, actions: ["*"], require: { amr: [${'abcdefghijkl'.split('').join(', ')}] } }`,
    ),
    code: 'too_many',
    at: '[a, b,',
    path: 'rules[0].require.amr',
    says: /more than 10 items; found 12 items/,
  },
  {
    name: 'an opt-out listed twice',
    text: policy(`${ACTIONS}\n${DEVICE}`, WITH_DEVICE.replace('[dev]', '[dev, dev]')),
    code: 'duplicate_item',
    at: 'dev',
    path: 'rules[0].optOuts[1]',
    says: /found a second "dev"/,
  },
  {
    name: 'a rule that demands and denies',
    text: policy(ACTIONS, '- { id: all, actions: ["*"], require: { maxAge: 15m }, deny: true }'),
    code: 'exactly_one',
    at: '{ id: all',
    path: 'rules[0]',
    says: /exactly one of require and deny belongs here; found require and deny/,
  },
  {
    name: 'a rule that does neither',
    text: policy(ACTIONS, '- { id: all, actions: ["*"] }'),
    code: 'exactly_one',
    at: '{ id: all',
    path: 'rules[0]',
    says: /found neither; add require or deny/,
  },
  {
    name: 'deny: false',
    text: policy(ACTIONS, '- { id: all, actions: ["*"], deny: false }'),
    code: 'not_one_of',
    at: 'false',
    path: 'rules[0].deny',
    says: /only true belongs here; found false/,
  },
  {
    name: 'a demand for nothing',
    text: policy(ACTIONS, '- { id: all, actions: ["*"], require: {} }'),
    code: 'at_least_one',
    at: '{',
    path: 'rules[0].require',
    says: /at least one of acr, amr, maxAge/,
  },
  // assurance
  {
    name: 'a level twice',
    text: policy(`${ACTIONS}\nassurance: { levels: [{ acr: a }, { acr: a }] }`),
    code: 'duplicate_level',
    at: 'a',
    path: 'assurance.levels[1].acr',
    says: /found a second a/,
  },
  {
    name: 'a stronger level that is earned by less',
    text: policy(
      `${ACTIONS}\nassurance: { levels: [{ acr: a, amr: [[pwd, otp]] }, { acr: b, amr: [[pwd]] }] }`,
    ),
    code: 'level_out_of_order',
    at: '[pwd]]',
    path: 'assurance.levels[1].amr[0]',
    says: /these methods earn b, but a, which is weaker, asks for no fewer/,
    severity: 'warning',
  },
  {
    name: 'a level that is not there',
    text: policy(ACTIONS, '- { id: all, actions: ["*"], require: { acr: all2 } }'),
    code: 'unknown_level',
    at: 'all2',
    path: 'rules[0].require.acr',
    says: /did you mean aal2\?/,
  },
  {
    name: 'a method that is misspelt',
    text: policy(ACTIONS, '- { id: all, actions: ["*"], require: { amr: [pwdd] } }'),
    code: 'unknown_method',
    at: 'pwdd',
    path: 'rules[0].require.amr[0]',
    says: /did you mean pwd\?/,
    severity: 'warning',
  },
  {
    name: 'a method of a provider’s own',
    text: policy(ACTIONS, '- { id: all, actions: ["*"], require: { amr: [smartphone] } }'),
    code: 'unknown_method',
    at: 'smartphone',
    path: 'rules[0].require.amr[0]',
    says: /keep it only if your identity provider writes it so/,
    severity: 'warning',
  },
  // actions and routes
  {
    name: 'bounds the wrong way round',
    text: policy('actions: { pay: { resource: { a: { type: number, minimum: 5, maximum: 2 } } } }'),
    code: 'bounds_reversed',
    at: '2',
    path: 'actions.pay.resource.a.maximum',
    says: /found from 5 to 2/,
  },
  {
    name: 'a pattern of an attribute',
    text: policy('actions: { pay: { resource: { a: { type: string, pattern: "^a" } } } }'),
    code: 'not_built_yet',
    at: 'pattern: "^a"',
    path: 'actions.pay.resource.a.pattern',
    says: /pattern belongs to the policy language, but is not built yet/,
  },
  {
    name: 'a route to nowhere',
    text: policy(`${ACTIONS}\nroutes: [{ path: /x, action: pays }]`),
    code: 'unknown_action',
    at: 'pays',
    path: 'routes[0].action',
    says: /did you mean pay\?/,
  },
  ...(
    [
      ['//a', /an empty segment/],
      ['/a//b', /an empty segment/],
      ['/a/../b', /a dot segment/],
      ['/a/./b', /a dot segment/],
      ['/a/**/b', /at the end only/],
      ['/a*/b', /a whole segment/],
      ['/a/:id', /write \* instead of :name/],
      ['/a%2fb', /encoded or other letters/],
      ['/a?b=c', /leave out \? and #/],
      ['/straße', /encoded or other letters/],
    ] as const
  ).map(
    ([path, says]): Case => ({
      name: `the path ${path}`,
      text: policy(`${ACTIONS}\nroutes: [{ path: "${path}", action: pay }]`),
      code: 'path_not_canonical',
      at: `"${path}"`,
      path: 'routes[0].path',
      says,
    }),
  ),
  {
    name: 'a path without a slash',
    text: policy(`${ACTIONS}\nroutes: [{ path: account, action: pay }]`),
    code: 'malformed',
    at: 'account',
    path: 'routes[0].path',
    says: /write a path that begins with \//,
  },
  {
    name: 'two routes that are one',
    text: policy(
      `${ACTIONS}\nroutes:\n  - { path: /a, method: [GET], action: pay }\n  - { path: /A/, method: [get], action: pay }`,
    ),
    code: 'duplicate_route',
    at: '{ path: /A/',
    path: 'routes[1]',
    says: /found GET \/a pay/,
  },
  // risk
  {
    name: 'a signal of our own from outside',
    text: policy(`${ACTIONS}\nexternal: [velocity]`),
    code: 'reserved_signal',
    at: 'velocity',
    path: 'external[0]',
    says: /velocity belongs to Countersign itself/,
  },
  {
    name: 'cold-start from outside',
    text: policy(`${ACTIONS}\nexternal: [cold-start]`),
    code: 'reserved_signal',
    at: 'cold-start',
    path: 'external[0]',
    says: /choose another code/,
  },
  {
    name: 'a signal that is misspelt',
    text: model(GOOD_MODEL.replace('new-device', 'new-devise')),
    code: 'unlikely_signal',
    at: 'new-devise: 4',
    path: 'threatModels.m.signals.new-devise',
    says: /did you mean new-device\?/,
    severity: 'warning',
  },
  {
    name: 'HIGH below MEDIUM',
    text: model('{ bias: -2, signals: {}, levels: { MEDIUM: 0.5, HIGH: 0.4 } }'),
    code: 'bounds_reversed',
    at: '0.4',
    path: 'threatModels.m.levels.HIGH',
    says: /HIGH begins below MEDIUM/,
  },
  {
    name: 'a level out of reach',
    text: model('{ bias: -2, signals: { velocity: 2 }, levels: { MEDIUM: 0.4, HIGH: 0.9 } }'),
    code: 'level_unreachable',
    at: '0.9',
    path: 'threatModels.m.levels.HIGH',
    says: /all signals together reach a score of 0\.500 only/,
    severity: 'warning',
  },
  {
    name: 'a level that always holds',
    text: model('{ bias: 0, signals: { velocity: 2 }, levels: { MEDIUM: 0.5, HIGH: 0.7 } }'),
    code: 'level_always_reached',
    at: '0.5',
    path: 'threatModels.m.levels.MEDIUM',
    says: /the bias alone reaches a score of 0\.500/,
    severity: 'warning',
  },
  {
    name: 'a start that is HIGH already',
    text: model(
      '{ bias: -2, signals: { new-device: 2, cold-start: 1, velocity: 2 }, levels: { MEDIUM: 0.4, HIGH: 0.7 } }',
    ),
    code: 'start_is_high',
    at: '0.7',
    path: 'threatModels.m.levels.HIGH',
    says: /bias, new-device and cold-start alone reach a score of 0\.731/,
    severity: 'warning',
  },
  {
    name: 'a half-life of a signal that is none',
    text: model(`${GOOD_MODEL}`, '\nexternal: [fraud-desk]\nhalfLives: { fraud-desc: 6h }'),
    code: 'unlikely_signal',
    at: 'fraud-desc',
    path: 'halfLives.fraud-desc',
    says: /did you mean fraud-desk\?/,
    severity: 'warning',
  },
  {
    name: 'a segment of an unknown model',
    text: model(GOOD_MODEL, '\nsegments: { all: { threatModel: n }, b: { threatModel: m } }'),
    code: 'unknown_threat_model',
    at: 'n',
    path: 'segments.all.threatModel',
    says: /the threat model n is not declared; found n; did you mean m\?/,
  },
  {
    name: 'segments without models',
    text: policy(`${ACTIONS}\nsegments: { all: { threatModel: default } }`),
    code: 'unknown_threat_model',
    at: 'default',
    path: 'segments.all.threatModel',
    says: /declare it under threatModels, or remove segments too/,
  },
  {
    name: 'a model that no segment uses',
    text: model(GOOD_MODEL, `\n  n: ${GOOD_MODEL}\nsegments: { all: { threatModel: m } }`),
    code: 'unused_threat_model',
    at: 'n: { bias: -4',
    path: 'threatModels.n',
    says: /no segment uses the threat model n/,
    severity: 'warning',
  },
  {
    name: 'two models and no segments',
    text: model(GOOD_MODEL, `\n  n: ${GOOD_MODEL}`),
    code: 'segments_missing',
    at: 'm: { bias: -4',
    path: 'threatModels',
    says: /found 2 threat models, no segments/,
  },
  {
    name: 'no segment that certainly matches',
    text: model(
      GOOD_MODEL,
      '\nsegments: { a: { threatModel: m, when: subject.claims.staff == true } }',
    ),
    code: 'no_certain_segment',
    at: '{ a: { threatModel: m',
    path: 'segments',
    says: /add a segment without when/,
    severity: 'warning',
  },
  // opt-outs
  {
    name: 'an end that is too far',
    text: waiver('until: 2027-11-26'),
    code: 'until_too_far',
    at: '2027-11-26',
    path: 'optOuts.dev.until',
    says: /at most a year ahead; found 2027-11-26; write 2027-11-24 or earlier/,
  },
  {
    name: 'an end that is past',
    text: waiver('until: 2026-11-23'),
    code: 'opt_out_ended',
    at: '2026-11-23',
    path: 'optOuts.dev.until',
    says: /has ended already/,
    severity: 'warning',
  },
  {
    name: 'idle for longer than trusted',
    text: policy(`${ACTIONS}\n${DEVICE.replace('7d', '31d')}`, WITH_DEVICE),
    code: 'idle_beyond_overall',
    at: '31d',
    path: 'optOuts.dev.idle',
    says: /found idle 31d, overall 30d; write 30d or less/,
  },
  {
    name: 'each above total',
    text: allowance('of: resource.amount, each: 30, total: 20, count: 1'),
    code: 'each_beyond_total',
    at: '30',
    path: 'optOuts.dev.each',
    says: /found each 30, total 20/,
  },
  {
    name: 'a waiver approved by its owner',
    text: waiver('approvedBy: A@x.example'),
    code: 'approved_by_owner',
    at: 'A@x.example',
    path: 'optOuts.dev.approvedBy',
    says: /cannot approve it/,
  },
  {
    name: 'a threat to an opt-out that is not there',
    text: policy(
      `${ACTIONS}\n${DEVICE}\nthreats: { theft: { about: x, optOuts: [dve], controls: [c] } }`,
      WITH_DEVICE,
    ),
    code: 'unknown_opt_out',
    at: 'dve]',
    path: 'threats.theft.optOuts[0]',
    says: /did you mean dev\?/,
  },
  {
    name: 'a threat that is accepted without a control',
    text: policy(
      `${ACTIONS}\n${DEVICE}\nthreats: { theft: { about: x, optOuts: [dev], controls: [], accepted: true } }`,
      WITH_DEVICE,
    ),
    code: 'accepted_without_control',
    at: 'true } }',
    path: 'threats.theft.accepted',
    says: /nothing keeps it small/,
  },
  {
    name: 'a threat that nobody answered',
    text: policy(
      `${ACTIONS}\n${DEVICE}\nthreats: { theft: { about: x, optOuts: [dev] } }`,
      WITH_DEVICE,
    ),
    code: 'threat_unanswered',
    at: 'theft: {',
    path: 'threats.theft',
    says: /nothing is done against the threat theft/,
    severity: 'warning',
  },
  {
    name: 'a network of everybody',
    text: waiver('networks: [10.0.0.0/8, "::/0"]'),
    code: 'network_everywhere',
    at: '"::/0"',
    path: 'optOuts.dev.networks[1]',
    says: /contains every address/,
  },
  {
    name: 'an opt-out that is not there',
    text: policy(`${ACTIONS}\n${DEVICE}`, WITH_DEVICE.replace('[dev]', '[dev, def]')),
    code: 'unknown_opt_out',
    at: 'def',
    path: 'rules[0].optOuts[1]',
    says: /did you mean dev\?/,
  },
  {
    name: 'an opt-out that nobody lists',
    text: policy(`${ACTIONS}\n${DEVICE}`),
    code: 'unused_opt_out',
    at: 'dev: { kind: trusted-dev',
    path: 'optOuts.dev',
    says: /so it never holds/,
    severity: 'warning',
  },
  {
    name: 'an allowance of a text',
    text: allowance(
      'of: resource.amount, each: 1, total: 1, count: 1',
      'actions: { pay: { resource: { amount: { type: string } } } }',
    ),
    code: 'allowance_attribute',
    at: 'resource.amount',
    path: 'optOuts.dev.of',
    says: /found pay declares it as string/,
  },
  {
    name: 'an allowance of what one action lacks',
    text: allowance(
      'of: resource.amount, each: 1, total: 1, count: 1',
      'actions: { pay: { resource: { amount: { type: number, minimum: 0 } } }, look: {} }',
    ),
    code: 'allowance_attribute',
    at: 'resource.amount',
    path: 'optOuts.dev.of',
    says: /found look does not declare it/,
  },
  ...(
    [
      ['nobody declares', 'of: resource.payee', /found pay does not declare it/],
      ['is a number', 'of: resource.rate', /found pay declares it as number/],
    ] as const
  ).map(
    ([name, of, says]): Case => ({
      name: `a trusted target that ${name}`,
      text: policy(
        `actions: { pay: { resource: { rate: { type: number } } } }\noptOuts: { dev: { kind: trusted-target, ${of}, overall: 30d, riskBelow: HIGH } }`,
        WITH_DEVICE,
      ),
      code: 'target_attribute',
      at: of.slice('of: '.length),
      path: 'optOuts.dev.of',
      says,
    }),
  ),
  {
    name: 'a trusted target where any action goes',
    text: policy(
      'actions: any\noptOuts: { dev: { kind: trusted-target, of: resource.payee, overall: 30d, riskBelow: HIGH } }',
      WITH_DEVICE,
    ),
    code: 'target_attribute',
    at: 'resource.payee',
    path: 'optOuts.dev.of',
    says: /actions: any declares no attributes/,
  },
  {
    name: 'an enrollment grace without a deadline',
    text: policy(
      `${ACTIONS}\noptOuts: { dev: { kind: enrollment-grace, claim: enrolled, riskBelow: HIGH } }`,
      WITH_DEVICE,
    ),
    code: 'missing_key',
    at: '{ kind: enrollment-grace',
    path: 'optOuts.dev',
    says: /until/,
  },
  ...(
    [
      ['nobody declares', '{}', 'bind_attribute', /found pay does not declare it/],
      ['has no limit', '{ memo: { type: string } }', 'bind_too_long', /found no maxLength/],
      [
        'is too long',
        '{ memo: { type: string, maxLength: 101 } }',
        'bind_too_long',
        /found maxLength 101/,
      ],
    ] as const
  ).map(
    ([name, resource, code, says]): Case => ({
      name: `a bound attribute that ${name}`,
      text: policy(
        `actions: { pay: { resource: ${resource} } }`,
        '- { id: all, actions: [pay], require: { maxAge: 15m, once: true, bind: [memo] } }',
      ),
      code,
      at: 'memo] }',
      path: 'rules[0].require.bind[0]',
      says,
    }),
  ),
  {
    name: 'a bound attribute where any action goes',
    text: policy(
      'actions: any',
      '- { id: all, actions: ["*"], require: { maxAge: 15m, bind: [memo] } }',
    ),
    code: 'bind_attribute',
    at: 'memo] }',
    path: 'rules[0].require.bind[0]',
    says: /actions: any declares no attributes/,
  },
  {
    name: 'once that is no demand by itself',
    text: policy(ACTIONS, '- { id: all, actions: ["*"], require: { once: true } }'),
    code: 'at_least_one',
    at: '{ once: true',
    path: 'rules[0].require',
    says: /acr, amr/,
  },
  {
    name: 'once that is false',
    text: policy(ACTIONS, '- { id: all, actions: ["*"], require: { maxAge: 15m, once: false } }'),
    code: 'not_one_of',
    at: 'false',
    path: 'rules[0].require.once',
    says: /true/,
  },
  {
    name: 'an allowance that negative amounts refill',
    text: allowance(
      'of: resource.amount, each: 1, total: 1, count: 1',
      'actions: { pay: { resource: { amount: { type: number } } } }',
    ),
    code: 'allowance_may_be_negative',
    at: '{ type: number',
    path: 'actions.pay.resource.amount',
    says: /found no minimum; add minimum: 0/,
  },
  // rules
  {
    name: 'two rules with one id',
    text: policy(ACTIONS, `${RULE}\n  ${RULE}`),
    code: 'duplicate_rule',
    at: 'all',
    path: 'rules[1].id',
    says: /found a second all/,
  },
  {
    name: 'a denial with opt-outs',
    text: policy(
      `${ACTIONS}\n${DEVICE}`,
      `${RULE}\n  - { id: no, actions: [pay], deny: true, optOuts: [dev] }`,
    ),
    code: 'denial_with_opt_outs',
    at: '[dev] ',
    path: 'rules[1].optOuts',
    says: /write require instead of deny/,
  },
  {
    name: 'a sensitive action with opt-outs',
    text: policy(`actions: { pay: {}, keys: { sensitive: true } }\n${DEVICE}`, WITH_DEVICE),
    code: 'sensitive_with_opt_outs',
    at: '[dev] ',
    path: 'rules[0].optOuts',
    says: /the rule is for keys, which is sensitive/,
  },
  {
    name: 'a pattern that matches nothing',
    text: policy(ACTIONS, RULE.replace('["*"]', '["*", pya]')),
    code: 'rule_matches_nothing',
    at: 'pya',
    path: 'rules[0].actions[1]',
    says: /no declared action matches pya; found pya; did you mean pay\?/,
    severity: 'warning',
  },
  {
    name: 'an action that only a condition covers',
    text: policy(ACTIONS, RULE.replace(' require', " when: 'resource.amount > 5', require")),
    code: 'action_uncovered',
    at: 'pay: { resource: { amoun',
    path: 'actions.pay',
    says: /no rule that always applies .* covers pay/,
  },
  {
    name: 'an action that only a denial covers',
    text: policy(ACTIONS, '- { id: no, actions: ["*"], deny: true }'),
    code: 'action_uncovered',
    at: 'pay: { resource: { amoun',
    path: 'actions.pay',
    says: /open: true/,
  },
  {
    name: 'every name, and rules for some',
    text: policy('actions: any', RULE.replace('*', 'pay.*')),
    code: 'action_uncovered',
    at: 'any',
    path: 'actions',
    says: /no rule covers every name/,
  },
  // conditions
  {
    name: 'an attribute that is not declared',
    text: policy(
      ACTIONS,
      `${RULE}\n  - { id: big, actions: [pay], when: 'true || resource.amuont > 5', deny: true }`,
    ),
    code: 'condition',
    at: "resource.amuont > 5'",
    path: 'rules[1].when',
    says: /amount/,
  },
  {
    name: 'a signal that nobody gives',
    text: policy(
      ACTIONS,
      `${RULE}\n  - { id: fast, actions: [pay], when: '"velocty" in signals', deny: true }`,
    ),
    code: 'condition',
    at: '"velocty" in signals\'',
    path: 'rules[1].when',
    says: /velocity/,
  },
  {
    name: 'a segment that reads the risk',
    text: model(
      GOOD_MODEL,
      `\nsegments: { a: { threatModel: m }, b: { threatModel: m, when: 'risk.level == "LOW"' } }`,
    ),
    code: 'condition',
    at: 'risk.level == "LOW"\'',
    path: 'segments.b.when',
    says: /risk/,
  },
  {
    name: 'an attribute that one of two actions declares',
    text: policy(
      'actions: { pay: { resource: { amount: { type: number } } }, look: {} }',
      `${RULE}\n  - { id: big, actions: ["*"], when: resource.amount > 5.0, require: { maxAge: 1m } }`,
    ),
    code: 'attribute_not_everywhere',
    at: 'resource.amount > 5.0',
    path: 'rules[1].when',
    says: /look does not declare amount/,
    severity: 'warning',
  },
  ...[
    'resource.amount > 5 && resource.amount < 3',
    'resource.amount > 5 && 5 >= resource.amount',
    'action == "pay" && action == "look"',
    'resource.amount == 4 && (resource.amount > 4 || resource.amount != 4)',
    '!(device.trusted || true)',
    'device.trusted && !device.trusted',
    'subject.claims.tier == "a" && subject.claims.tier > 1',
  ].map(
    (when): Case => ({
      name: `a condition that contradicts itself: ${when}`,
      text: policy(ACTIONS, `${RULE}\n  - { id: x, actions: [pay], when: '${when}', deny: true }`),
      code: 'condition_never_holds',
      at: `'${when}'`,
      path: 'rules[1].when',
      says: /no facts satisfy the condition/,
      severity: 'warning',
    }),
  ),
  ...['has(subject.claims.tier)', '!(!has(subject.claims.tier) || device.trusted)'].map(
    (when): Case => ({
      name: `a rule that whoever lacks a claim escapes: ${when}`,
      text: policy(ACTIONS, `${RULE}\n  - { id: x, actions: [pay], when: '${when}', deny: true }`),
      code: 'has_restricts',
      at: `'${when}'`,
      path: 'rules[1].when',
      says: /whoever lacks the claim tier/,
      severity: 'warning',
    }),
  ),
]

test.each([
  '!has(subject.claims.tier)',
  '!has(subject.claims.tier) || subject.claims.tier == "new"',
  'subject.claims.tier == "new"',
])('absence frees nobody from a rule for %s', (when) => {
  const text = policy(
    ACTIONS,
    `${RULE}\n  - { id: x, actions: [pay], when: '${when}', deny: true }`,
  )
  expect(lintPolicy(text, { now })).toEqual([])
})

describe('a condition that some facts satisfy is no contradiction', () => {
  test.each([
    'resource.amount >= 5 && resource.amount <= 5',
    'resource.amount > 3 && resource.amount < 5',
    'resource.amount > 5 || resource.amount < 3',
    '!(resource.amount > 5) && !(resource.amount < 3)',
    'resource.amount == 4 && resource.amount != 5',
    'subject.claims.tier == "a" && subject.claims.level == "b"',
    'device.trusted ? resource.amount > 5 : resource.amount < 3',
    'subject.claims.roles.exists(one, one == "a") && subject.claims.roles.exists(one, one == "b")',
  ])('%s', (when) => {
    const text = policy(
      ACTIONS,
      `${RULE}\n  - { id: x, actions: [pay], when: '${when}', deny: true }`,
    )
    expect(lintPolicy(text, { now })).toEqual([])
  })
})

/** The rest of a line, as an editor counts: from 1. */
function textFrom(text: string, line: number, column: number): string {
  return (text.split('\n')[line - 1] ?? 'no such line').slice(column - 1)
}

describe('every mistake is told with its place, what was found and what to write', () => {
  test.each(cases)('$name', ({ text, code, at, path, says, severity = 'error' }) => {
    const problems = lintPolicy(text, { now })
    const told = problems.map((problem) => formatProblem(problem))
    const problem = problems.find((one) => one.code === code && one.path === path)
    expect(problem, told.join('\n')).toMatchObject({ code, severity, path })
    const pointedAt = textFrom(text, problem?.line ?? 0, problem?.column ?? 0)
    expect(at === '' ? pointedAt : pointedAt.slice(0, at.length), told.join('\n')).toBe(at)
    expect(formatProblem(problem as never)).toMatch(says)
    // one mistake is one problem: nothing else is told because of it
    expect(told).toHaveLength(1)
  })

  test('there is a case for every code', () => {
    const covered = new Set(cases.map(({ code }) => code))
    expect(Object.keys(problemCodes).filter((code) => !covered.has(code as ProblemCode))).toEqual(
      [],
    )
  })
})
