// The risk: its level, the range that it lies in, and what added how much.
import { factorText } from '@countersign/core'
import type { ExplainedRisk } from './explained-case.ts'

export function riskLines(risk: ExplainedRisk): string[] {
  const { bias, factors } = risk
  return [
    `${levelSentence(risk)}${limitsWords(risk)}`,
    ...(bias === undefined
      ? []
      : [
          `The threat model ${risk.model} begins at ${score(bias)}${factors.length === 0 ? ', and nothing adds to it.' : ', and to that (in log-odds) is added:'}`,
        ]),
    ...factors.map(
      (factor) =>
        `  +${number(factor.added)}  ${factor.code}${factor.unknown ? ' (unknown: counted at the upper end only)' : `: ${factorText(factor)}`}`,
    ),
  ]
}

function levelSentence({ level, low, high, upper }: ExplainedRisk): string {
  const range =
    number(low) === number(high)
      ? `the score is ${number(high)}`
      : `the score lies between ${number(low)} and ${number(high)}`
  if (level !== 'unknown') return `${level}: ${range}`
  return `unknown, and ${upper} at its upper end, which is what opt-outs go by: ${range}`
}

function limitsWords({ levels }: ExplainedRisk): string {
  if (levels === undefined) return '.'
  return `; MEDIUM begins at ${number(levels.MEDIUM)}, HIGH at ${number(levels.HIGH)}.`
}

/** What a bias alone comes to. */
function score(bias: number): string {
  return number(1 / (1 + Math.exp(-bias)))
}

function number(value: number): string {
  return String(Math.round(value * 1000) / 1000)
}
