// Each rule: whether it applies and why, what it demands, and whether that was proved.
import { type ExplainedRule, REASON_TEXT } from '@countersign/core'
import type { ExplainedCase } from './explained-case.ts'
import { joined, requirementWords } from './requirement-words.ts'

/** Indented by two; the first line of each rule by none. */
export function ruleLines(rule: ExplainedRule, of: ExplainedCase): string[] {
  return [
    `${rule.id}: ${standing(rule, of)}`,
    ...(rule.when === undefined ? [] : [`  condition  ${rule.when}   is ${rule.applies}`]),
    ...(rule.require === undefined
      ? ['  demands    nothing: it denies']
      : [`  demands    ${requirementWords(rule.require, of.levels)}`]),
    ...(isOpen(rule) ? [`  opt-outs   ${mayInstead(rule)}`] : []),
  ]
}

function standing(rule: ExplainedRule, of: ExplainedCase): string {
  if (rule.applies === 'false') return 'does not apply.'
  const unknown = rule.applies === 'unknown' ? `${UNKNOWN} ` : ''
  if (rule.require === undefined)
    return rule.applies === 'true'
      ? 'applies, and denies.'
      : 'may apply: its condition is unknown, and a denial that may hold cannot be passed.'
  if (rule.proof === undefined) return `applies. ${unknown}`.trim()
  if (rule.proof === 'requirement_met') return `applies, and is met. ${unknown}`.trim()
  // said above, where it is a reason for the outcome
  const told = of.outcome === 'challenge' && of.reasons.some((reason) => reason.rule === rule.id)
  return `applies, and is not met. ${unknown}${told ? '' : REASON_TEXT[rule.proof]}`.trim()
}

const UNKNOWN = 'Its condition is unknown, and unknown counts as true.'

function isOpen({ applies, proof, require }: ExplainedRule): boolean {
  return applies !== 'false' && require !== undefined && proof !== 'requirement_met'
}

function mayInstead({ optOuts }: ExplainedRule): string {
  return optOuts.length === 0
    ? 'none: nothing may take the place of what it demands'
    : `${joined(optOuts, 'or')} may take its place`
}
