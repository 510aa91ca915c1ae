// Why a policy decides as it does, in a sentence or two: for a failed test, and for a difference.
import { type ExplainedFacts, REASON_TEXT } from '@countersign/core'

export function whySo({ outcome, reasons, checks, unanswered }: ExplainedFacts): string {
  const told = reasons.map(({ text, rule, optOut }) => {
    const about = optOut === undefined ? rule : `${optOut} for ${rule}`
    return about === undefined ? text : `${about}: ${text}`
  })
  if (outcome !== 'challenge') return told.join(' ')
  const failed = checks
    .filter(({ rule, holds }) => unanswered.includes(rule) && holds !== 'true')
    .map(({ rule, optOut, why }) => `${optOut} for ${rule}: ${REASON_TEXT[why]}`)
  return [...told, ...failed].join(' ')
}
