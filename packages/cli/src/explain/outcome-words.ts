// The outcome in a sentence, and the why in a few.
import { REASON_TEXT } from '@countersign/core'
import type { ExplainedCase } from './explained-case.ts'
import { joined, requirementWords } from './requirement-words.ts'

export function outcomeSentence(of: ExplainedCase): string {
  const who = of.subject ?? 'Nobody'
  switch (of.outcome) {
    case 'pass':
      return `${who} may go on: everything that is demanded has been proved.`
    case 'opt-out': {
      const names = [...new Set(of.optOuts.filter((one) => one.honoured).map((one) => one.optOut))]
      return `${who} may go on without a step-up, by the opt-out${names.length > 1 ? 's' : ''} ${joined(names)}.`
    }
    case 'challenge':
      if (of.need === 'sign-in') return 'Somebody has to sign in first.'
      return of.requirement === undefined
        ? `${who} has to step up.`
        : `${who} has to step up, by proving ${requirementWords(of.requirement, of.levels)}.`
    case 'deny':
      return DENIALS[of.because ?? ''] ?? 'It is refused.'
  }
}

const DENIALS: Readonly<Record<string, string>> = {
  policy: 'It is refused (403): a rule denies it.',
  too_little: 'It is refused (403): two challenges brought less than is demanded.',
  undetermined: 'It is refused (503): whether it may be done could not be determined.',
  failure: 'It is refused (503): something failed inside. The app has it in its log.',
}

/** Each reason as a sentence, named after the rule that it is about. */
export function reasonLines({ reasons, outcome, optOuts }: ExplainedCase): string[] {
  // what is met, and what holds, is told with the rule and the opt-out
  if (outcome === 'pass' || outcome === 'opt-out') return []
  return reasons.map(({ code, rule }) => {
    const sentence = Object.hasOwn(REASON_TEXT, code) ? REASON_TEXT[code] : code
    if (rule === undefined) return sentence
    if (outcome === 'deny') return `${rule}: ${sentence}`
    const answers = optOuts.filter((one) => one.rule === rule)
    if (answers.length === 0) return `${rule}: ${sentence} No opt-out may take its place.`
    const none = answers.every(({ holds }) => holds !== 'true')
    return `${rule}: ${sentence}${none ? ' None of its opt-outs holds.' : ''}`
  })
}
