// The evidence report for an auditor: what can be waived, why that is allowed, where it deviates, how often it was, and who
// changed it.
import type { ActivationSummary, CompiledPolicy, OptOut } from '@countersign/core'
import { requirementWords } from '../explain/requirement-words.ts'
import { numeral, percent } from '../output/percent.ts'
import { lengthOf, moment } from '../output/times.ts'
import { type Block, heading, tableOr, text } from './blocks.ts'
import type { Use } from './collect-use.ts'

export interface ReportOn {
  readonly policy: CompiledPolicy
  readonly inForce: ActivationSummary
  readonly suspended: readonly string[]
  readonly use: Use
  readonly from: number
  readonly to: number
}

export function composeReport(on: ReportOn): readonly Block[] {
  const { policy, inForce, use, from, to } = on
  const approved = inForce.approvedBy === undefined ? '' : `, approved by ${inForce.approvedBy}`
  return [
    heading(1, `Step-up and its exceptions: ${policy.name}`),
    text(
      `From ${moment(from)} to ${moment(to)}. In force: ${policy.name}, revision ${policy.revision}, as activation ${inForce.activation} since ${moment(inForce.at)}, by ${inForce.by}${approved}: ${inForce.why}`,
    ),
    ...whatCanBeWaived(on),
    ...whyAllowed(policy),
    ...deviations(policy),
    ...howOften(use),
    heading(2, 'Who changed what'),
    tableOr(
      'Nothing was changed.',
      ['when', 'what', 'by', 'why'],
      use.changes.map(({ at, what, by, why }) => [moment(at), what, by, why]),
    ),
  ]
}

function whatCanBeWaived({ policy, suspended }: ReportOn): readonly Block[] {
  const { rules, levels, optOuts } = policy
  const demands = (waived: boolean) =>
    rules
      .filter(({ require, optOuts: listed }) => require && listed.length > 0 === waived)
      .map(({ id, actions, require = {}, optOuts: listed }) => [
        id,
        actions.join(', '),
        requirementWords(require, levels),
        ...(waived ? [listed.join(', ')] : []),
      ])
  return [
    heading(2, 'What can be waived'),
    tableOr('No rule lists an opt-out.', ['rule', 'actions', 'demands', 'opt-outs'], demands(true)),
    heading(3, 'The opt-outs and their limits'),
    tableOr(
      'There are none.',
      ['opt-out', 'kind', 'limits', 'risk below', 'suspended'],
      Object.entries(optOuts).map(([name, optOut]) => [
        name,
        optOut.kind,
        limits(optOut),
        optOut.riskBelow,
        suspended.includes(`opt-out:${name}`) || suspended.includes('opt-outs') ? 'yes' : 'no',
      ]),
    ),
    heading(3, 'What nobody can waive'),
    tableOr('Every rule lists an opt-out.', ['rule', 'actions', 'demands'], demands(false)),
  ]
}

function limits(optOut: OptOut): string {
  const until = optOut.until === undefined ? [] : [`until ${moment(optOut.until)}`]
  const when = optOut.when === undefined ? [] : [`when ${optOut.when.source}`]
  return [...ofKind(optOut), ...until, ...when].join('; ')
}

function ofKind(optOut: OptOut): readonly string[] {
  switch (optOut.kind) {
    case 'trusted-device':
      return [
        `${lengthOf(optOut.overallMs / 1000)} at most`,
        `${lengthOf(optOut.idleMs / 1000)} unused`,
      ]
    case 'allowance':
      return [
        `${optOut.each} of ${optOut.of} each`,
        `${optOut.total} and ${optOut.count} times since the last step-up`,
      ]
    case 'network':
    case 'waiver':
      return [`from ${optOut.networks.join(', ')}`]
    case 'trusted-target':
      return [
        `${optOut.of} on the person's own list`,
        `${lengthOf(optOut.overallMs / 1000)} at most`,
      ]
    case 'enrollment-grace':
      return [`those without ${optOut.claim}`]
    case 'low-risk':
      return []
  }
}

function whyAllowed({ threats = {}, optOuts }: CompiledPolicy): readonly Block[] {
  const waivers = Object.entries(optOuts).flatMap(([name, one]) =>
    one.kind === 'waiver' ? [[name, one.reason, one.owner, one.approvedBy, one.ticket]] : [],
  )
  return [
    heading(2, 'Why it is allowed'),
    text(
      'OWASP ASVS 5.0, 6.3.3: relaxing multi-factor authentication needs a documented rationale and mitigating controls. 8.1.3: the factors that adaptive decisions rest on are documented. The policy is that document: each opt-out has limits, an end and a risk ceiling, is recorded at each use, and can be suspended or recalled by one command.',
    ),
    heading(3, 'Threats and controls'),
    tableOr(
      'The policy names no threats: the rationale that 6.3.3 asks for has to be written elsewhere.',
      ['threat', 'what could happen', 'exposed', 'controls', 'accepted'],
      Object.entries(threats).map(([name, one]) => [
        name,
        one.about,
        one.optOuts.join(', '),
        one.controls.join('; '),
        one.accepted ? 'yes' : 'no',
      ]),
    ),
    heading(3, 'Waivers'),
    tableOr('There are none.', ['waiver', 'reason', 'owner', 'approved by', 'ticket'], waivers),
  ]
}

const SESSION_MS = 24 * 60 * 60 * 1000
const IDLE_MS = 60 * 60 * 1000

function deviations({ optOuts }: CompiledPolicy): readonly Block[] {
  const rows = Object.entries(optOuts).flatMap(([name, one]) =>
    one.kind === 'trusted-device' && (one.overallMs > SESSION_MS || one.idleMs > IDLE_MS)
      ? [[name, `${limits(one)}, where AAL2 allows 24 hours overall and 1 hour unused`]]
      : [],
  )
  return [
    heading(2, 'Deviations from NIST SP 800-63B-4'),
    text(
      'A remembered browser may stand in for reauthentication at AAL2 within the limits of a session, and never for authentication. It raises no level here: what it lets through is reported as an opt-out.',
    ),
    tableOr('No trusted device lasts longer than that.', ['opt-out', 'deviation'], rows),
  ]
}

function howOften({ decisions, subjects, outcomes, days, optOuts }: Use): readonly Block[] {
  const kinds = ['pass', 'opt-out', 'challenge', 'deny'] as const
  const rows = Object.entries(optOuts).map(([name, one]) => [
    name,
    numeral(one.decisions),
    percent(one.decisions, decisions),
    numeral(one.subjects),
    percent(one.subjects, subjects),
    numeral(one.fraud),
    numeral(one.legitimate),
  ])
  const head = ['opt-out', 'decisions', 'of all', 'people', 'of all', 'fraud', 'legitimate']
  return [
    heading(2, 'How often it was'),
    text(
      `${numeral(decisions)} decisions for ${numeral(subjects)} people: ${kinds.map((kind) => `${kind} ${numeral(outcomes[kind])} (${percent(outcomes[kind], decisions)})`).join(', ')}.`,
    ),
    {
      ...{ is: 'plot', title: 'Decisions by day', series: kinds },
      days: Object.keys(days)
        .sort()
        .map((day) => ({ day, counts: kinds.map((kind) => days[day]?.[kind] ?? 0) })),
    },
    tableOr('No opt-out was honoured.', head, rows),
    text('Fraud and legitimate are what operators said of those decisions (guard.feedback).'),
  ]
}
