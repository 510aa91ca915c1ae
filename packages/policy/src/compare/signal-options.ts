// Signals: every level that the threat models of both policies can come to together, and every signal that a condition
// asks for.
import type { Json, ThreatModel } from '@countersign/core'
import { atomsAbout } from './atoms-about.ts'
import { distinctOptions, type Options, type Search, SIDES } from './dimension.ts'
import { walk } from './facts-in.ts'
import { askAtoms, askModels } from './probe.ts'

const STATES = ['absent', 'present', 'unjudged', 'unknown'] as const
const MOST_CODES = 5

type States = Readonly<Record<string, (typeof STATES)[number]>>

export function signalOptions(search: Search): Options {
  const models = SIDES.flatMap((side) => Object.values(search[side].models))
  const { atoms, crossing } = atomsAbout(search, 'signals')
  const asked = new Set<string>()
  for (const { tree } of [...atoms, ...crossing])
    walk(tree, (part) => {
      if (part.op === 'fact' && part.path[0] === 'signal') asked.add(part.path[1])
    })
  const weighed = models.flatMap(({ signals }) => Object.keys(signals))
  const codes = [...new Set([...asked, ...weighed])].filter((code) => code !== 'cold-start').sort()
  if (codes.length === 0) return []
  if (new Set(models.map((model) => JSON.stringify(model))).size > 1)
    search.limit('The threat models differ: signals that hold in part were tried one at a time.')
  const whole = statesOf(codes, search)
  const options = [...whole, ...whole.flatMap((states) => inPart(states, models))]
  const tell = (side: 'live' | 'candidate') => {
    const { policy, models: own } = search[side]
    const truths = askAtoms(policy, atoms)
    const levels = askModels(policy, own)
    return (facts: Parameters<typeof truths>[0]) => [
      truths(facts),
      levels(facts),
      // what crosses is told by each state
      crossing.length === 0 ? [] : [...asked].map((code) => facts.signals[code]?.is ?? 'unknown'),
    ]
  }
  return distinctOptions(
    search,
    options.map((signals) => ({ signals })),
    { live: tell('live'), candidate: tell('candidate') },
  )
}

/** All, or where they are too many those in which few are not absent. Plain ones first. */
function statesOf(codes: readonly string[], search: Search): readonly States[] {
  const most = codes.length <= MOST_CODES ? codes.length : 2
  if (most < codes.length)
    search.limit(
      `${codes.length} signals count for ${search.action}: any two of them were tried together, and all that are present.`,
    )
  let all: States[] = [{}]
  for (const code of codes)
    all = all.flatMap((states) =>
      Object.keys(states).length < most
        ? STATES.map((state) => (state === 'absent' ? states : { ...states, [code]: state }))
        : [states],
    )
  const full = Object.fromEntries(codes.map((code) => [code, 'present' as const]))
  return [...all, full].sort((a, b) => Object.keys(a).length - Object.keys(b).length)
}

/** On the way from one signal fewer to this one: just where each level begins, and just before. */
function inPart(
  states: States,
  models: readonly ThreatModel[],
): readonly Readonly<Record<string, Json>>[] {
  const codes = Object.keys(states)
  if (codes.some((code) => states[code] !== 'present')) return []
  return models.flatMap(({ bias, signals, levels }) =>
    codes.flatMap((code) => {
      const weight = signals[code] ?? 0
      const others = codes.reduce(
        (sum, other) => (other === code ? sum : sum + (signals[other] ?? 0)),
        bias,
      )
      return [levels.MEDIUM, levels.HIGH].flatMap((score) => {
        const share = (Math.log(score / (1 - score)) - others) / weight
        return [share + 1e-6, share - 1e-6]
          .filter((one) => one > 0 && one < 1)
          .map((one) => ({ ...states, [code]: { is: 'present', share: one } }))
      })
    }),
  )
}
