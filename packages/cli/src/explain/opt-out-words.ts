// Each opt-out that was asked: what it is, what it answered, and why.
import { type OptOut, type Outcome, REASON_TEXT } from '@countersign/core'
import { lengthOf, moment } from '../output/times.ts'
import type { ExplainedOptOut } from './explained-case.ts'
import { either } from './requirement-words.ts'

export function optOutLines(one: ExplainedOptOut, outcome: Outcome): string[] {
  const { optOut, rule, optOutIs, condition } = one
  return [
    `${optOut}, for ${rule}: ${answer(one, outcome)}`,
    ...(optOutIs === undefined ? [] : [`  is         ${kindWords(optOutIs)}`]),
    ...(condition === undefined ? [] : [`  condition  ${condition.when}   is ${condition.result}`]),
  ]
}

function answer({ holds, honoured, why }: ExplainedOptOut, outcome: Outcome): string {
  if (honoured) return 'holds. The decision stands on it.'
  if (holds === 'true')
    return outcome === 'opt-out'
      ? 'holds too, and is not needed.'
      : 'would hold, but is not used: see why above.'
  const sentence = REASON_TEXT[why]
  return holds === 'false'
    ? `does not hold. ${sentence}`
    : `unknown, and does not hold. ${sentence}`
}

function kindWords(optOut: OptOut): string {
  const parts = [whatItIs(optOut), `while the risk is below ${optOut.riskBelow}`]
  if (optOut.until !== undefined) parts.push(`until ${moment(optOut.until)}`)
  return parts.join(', ')
}

function whatItIs(optOut: OptOut): string {
  switch (optOut.kind) {
    case 'trusted-device':
      return `a remembered device, trusted for at most ${lengthOf(optOut.overallMs / 1000)} and unused for at most ${lengthOf(optOut.idleMs / 1000)}`
    case 'allowance':
      return `an allowance on ${optOut.of}: at most ${optOut.each} at once, and since the last step-up at most ${optOut.total} in all and ${optOut.count} times`
    case 'low-risk':
      return 'nothing but a low risk'
    case 'trusted-target':
      return `a ${optOut.of} on the person's own list, for at most ${lengthOf(optOut.overallMs / 1000)}`
    case 'enrollment-grace':
      return `a person whose claim ${optOut.claim} says that they never enrolled`
    case 'network':
      return `an address in ${either(optOut.networks)}`
    case 'waiver':
      return `a waiver (${optOut.ticket}, owned by ${optOut.owner}, approved by ${optOut.approvedBy}), from ${either(optOut.networks)}`
  }
}
