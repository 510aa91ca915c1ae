// Threat models, segments and signals.
import type { ThreatModelDocument } from '../policy-document.ts'
import { didYouMean, suggestName } from '../problems/did-you-mean.ts'
import type { Path } from '../problems/policy-problem.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import { builtInSignals, COLD_START, detectorSignals } from '../words/built-in-risk.ts'
import type { Draft } from './draft.ts'
import type { WellFormed } from './keep-well-formed.ts'

export function checkRisk(draft: Draft, problems: ProblemCollector): void {
  checkExternal(draft, problems)
  const likely = [
    ...builtInSignals,
    ...detectorSignals,
    COLD_START,
    ...draft.external.map(({ value }) => value),
  ]
  for (const { path, value } of draft.every.threatModels) {
    checkOrder(value, path, problems)
    checkSignals(Object.keys(value.signals ?? {}), [...path, 'signals'], likely, problems)
  }
  for (const { path, value } of draft.threatModels) {
    checkReach(value, path, problems)
    checkStart(value, path, problems)
  }
  checkHalfLives(draft, problems)
  checkSegments(draft, problems)
  checkUse(draft, problems)
}

function checkExternal(draft: Draft, problems: ProblemCollector): void {
  for (const { path, value } of draft.external) {
    if (value !== COLD_START && !builtInSignals.includes(value)) continue
    problems.add({
      code: 'reserved_signal',
      path,
      message: `${value} belongs to Countersign itself`,
      found: value,
      fix: 'choose another code for the signal from outside',
    })
  }
}

function checkOrder(
  model: WellFormed<ThreatModelDocument>,
  path: Path,
  problems: ProblemCollector,
): void {
  const { MEDIUM, HIGH } = model.levels ?? {}
  if (MEDIUM === undefined || HIGH === undefined || MEDIUM <= HIGH) return
  problems.add({
    code: 'bounds_reversed',
    path: [...path, 'levels', 'HIGH'],
    message: 'HIGH begins below MEDIUM',
    found: `MEDIUM from ${MEDIUM}, HIGH from ${HIGH}`,
    fix: 'write the larger score for HIGH',
  })
}

function checkReach(model: ThreatModelDocument, path: Path, problems: ProblemCollector): void {
  const { MEDIUM, HIGH } = model.levels
  if (MEDIUM > HIGH) return
  const most = toScore(model.bias + Object.values(model.signals).reduce((a, b) => a + b, 0))
  const least = toScore(model.bias)
  for (const [level, from] of [
    ['MEDIUM', MEDIUM],
    ['HIGH', HIGH],
  ] as const) {
    if (most >= from && least < from) continue
    problems.add({
      code: most < from ? 'level_unreachable' : 'level_always_reached',
      severity: 'warning',
      path: [...path, 'levels', level],
      message:
        most < from
          ? `all signals together reach a score of ${most.toFixed(3)} only`
          : `the bias alone reaches a score of ${least.toFixed(3)}`,
      found: `${level} from ${from}`,
      fix:
        most < from ? 'lower the level or raise the weights' : 'raise the level or lower the bias',
    })
  }
}

/** Nobody begins at HIGH: whoever signs in for the first time has no device yet, and no history. */
function checkStart(
  { bias, signals, levels }: ThreatModelDocument,
  path: Path,
  problems: ProblemCollector,
): void {
  const start = toScore(bias + (signals['new-device'] ?? 0) + (signals[COLD_START] ?? 0))
  if (start < levels.HIGH || toScore(bias) >= levels.HIGH) return
  problems.add({
    code: 'start_is_high',
    severity: 'warning',
    path: [...path, 'levels', 'HIGH'],
    message: `bias, new-device and ${COLD_START} alone reach a score of ${start.toFixed(3)}`,
    found: `HIGH from ${levels.HIGH}`,
    fix: 'lower those weights or the bias, or raise the level',
  })
}

function checkHalfLives(draft: Draft, problems: ProblemCollector): void {
  const known = new Set([
    ...builtInSignals,
    ...draft.external.map(({ value }) => value),
    ...draft.threatModels.flatMap(({ value }) => Object.keys(value.signals)),
  ])
  for (const { name, path } of draft.halfLives) {
    if (known.has(name)) continue
    problems.add({
      code: 'unlikely_signal',
      severity: 'warning',
      path,
      atKey: true,
      message: `no threat model counts ${name}, and it is not external`,
      found: name,
      fix: suggestName(name, known),
    })
  }
}

function toScore(logOdds: number): number {
  return 1 / (1 + Math.exp(-logOdds))
}

/** A warning only: a detector of the app's own may answer for any code. */
function checkSignals(
  codes: readonly string[],
  path: Path,
  likely: readonly string[],
  problems: ProblemCollector,
): void {
  for (const code of codes) {
    const near = likely.includes(code) ? undefined : didYouMean(code, likely)
    if (near === undefined) continue
    problems.add({
      code: 'unlikely_signal',
      severity: 'warning',
      path: [...path, code],
      atKey: true,
      message: `${code} is no signal of Countersign's`,
      found: code,
      fix: `did you mean ${near}? Keep it if a detector of your own answers for it`,
    })
  }
}

function checkSegments(draft: Draft, problems: ProblemCollector): void {
  for (const { path, value } of draft.every.segments) {
    if (value.threatModel === undefined) continue
    if (draft.declared.threatModels.has(value.threatModel)) continue
    problems.add({
      code: 'unknown_threat_model',
      path: [...path, 'threatModel'],
      message: `the threat model ${value.threatModel} is not declared`,
      found: value.threatModel,
      fix: draft.has('threatModels')
        ? suggestName(value.threatModel, draft.declared.threatModels)
        : 'declare it under threatModels, or remove segments too',
    })
  }
  const isSound = draft.has('segments') && draft.isSound('segments')
  if (!isSound || draft.segments.some(({ value }) => value.when === undefined)) return
  problems.add({
    code: 'no_certain_segment',
    severity: 'warning',
    path: ['segments'],
    message: 'every segment has a condition: where none certainly matches, no opt-out holds',
    found: `${draft.segments.length} with a condition, none without`,
    fix: 'add a segment without when',
  })
}

function checkUse(draft: Draft, problems: ProblemCollector): void {
  if (!draft.has('segments')) checkNeedOfSegments(draft.declared.threatModels.size, problems)
  if (!draft.has('segments') || !draft.isSound('segments')) return
  const used = new Set(draft.segments.map(({ value }) => value.threatModel))
  for (const { name, path } of draft.threatModels) {
    if (used.has(name)) continue
    problems.add({
      code: 'unused_threat_model',
      severity: 'warning',
      path,
      atKey: true,
      message: `no segment uses the threat model ${name}`,
      found: name,
      fix: 'name it in a segment, or remove it',
    })
  }
}

function checkNeedOfSegments(models: number, problems: ProblemCollector): void {
  if (models < 2) return
  problems.add({
    code: 'segments_missing',
    path: ['threatModels'],
    message: 'with several threat models, segments say which is for whom',
    found: `${models} threat models, no segments`,
    fix: 'add segments, such as everyone: { threatModel: … }',
  })
}
