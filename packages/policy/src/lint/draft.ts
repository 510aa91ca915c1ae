// A document under inspection: those of its parts that have their shape, each with its path, and what is left of the others.
import type {
  ActionDocument,
  LevelDocument,
  OptOutDocument,
  PolicyDocument,
  RouteDocument,
  RuleDocument,
  SegmentDocument,
  ThreatDocument,
  ThreatModelDocument,
} from '../policy-document.ts'
import type { Path } from '../problems/policy-problem.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'
import { keepWellFormed, type WellFormed } from './keep-well-formed.ts'

export interface Part<T> {
  /** Its key; empty for items of lists. */
  readonly name: string
  readonly path: Path
  readonly value: T
}

export interface Draft {
  readonly levels: readonly Part<LevelDocument>[]
  /** Every action name is accepted. */
  readonly anyAction: boolean
  readonly actions: readonly Part<ActionDocument>[]
  readonly external: readonly Part<string>[]
  readonly halfLives: readonly Part<string>[]
  readonly routes: readonly Part<RouteDocument>[]
  readonly threatModels: readonly Part<ThreatModelDocument>[]
  readonly segments: readonly Part<SegmentDocument>[]
  readonly optOuts: readonly Part<OptOutDocument>[]
  readonly threats: readonly Part<ThreatDocument>[]
  readonly rules: readonly Part<RuleDocument>[]
  /** All of them, those without their shape too: for checks that look at one thing each. */
  readonly every: {
    readonly levels: readonly Part<WellFormed<LevelDocument>>[]
    readonly actions: readonly Part<WellFormed<ActionDocument>>[]
    readonly routes: readonly Part<WellFormed<RouteDocument>>[]
    readonly threatModels: readonly Part<WellFormed<ThreatModelDocument>>[]
    readonly segments: readonly Part<WellFormed<SegmentDocument>>[]
    readonly optOuts: readonly Part<WellFormed<OptOutDocument>>[]
    readonly rules: readonly Part<WellFormed<RuleDocument>>[]
  }
  /** All names that are declared, of parts without their shape too, so that one mistake is told once. */
  readonly declared: {
    readonly levels: ReadonlySet<string>
    readonly actions: ReadonlySet<string>
    readonly threatModels: ReadonlySet<string>
    readonly optOuts: ReadonlySet<string>
  }
  /** The whole section has its shape (it may be absent). What its parts mean is another question. */
  isSound(section: keyof PolicyDocument): boolean
  has(section: keyof PolicyDocument): boolean
}

export function readDraft(document: unknown, problems: ProblemCollector): Draft {
  const root = asMapping(document)
  const list = <T>(path: Path, value: unknown): Part<T>[] =>
    asList(value).map((item, index) => ({ name: '', path: [...path, index], value: item as T }))
  const map = <T>(section: string): Part<T>[] =>
    Object.entries(asMapping(root[section])).map(([name, value]) => ({
      name,
      path: [section, name],
      value: value as T,
    }))
  const sound = <T>(parts: readonly Part<T>[]): Part<T>[] =>
    parts.filter(({ path }) => problems.isSound(path))
  const formed = <T>(parts: readonly Part<T>[]): Part<WellFormed<T>>[] =>
    parts.flatMap((part) => {
      const section = part.path.slice(0, -1)
      const value = problems.isRefused(section)
        ? undefined
        : keepWellFormed(part.value, part.path, problems)
      return value === undefined ? [] : [{ ...part, value }]
    })
  const levels = asMapping(root['assurance'])['levels']
  const all = {
    levels: list<LevelDocument>(['assurance', 'levels'], levels),
    actions: map<ActionDocument>('actions'),
    routes: list<RouteDocument>(['routes'], root['routes']),
    threatModels: map<ThreatModelDocument>('threatModels'),
    segments: map<SegmentDocument>('segments'),
    optOuts: map<OptOutDocument>('optOuts'),
    rules: list<RuleDocument>(['rules'], root['rules']),
  }
  // settled now: what later checks find about a section's meaning does not spoil its shape
  const unsound = new Set(Object.keys(root).filter((section) => !problems.isSound([section])))
  return {
    levels: sound(all.levels),
    anyAction: root['actions'] === 'any',
    actions: sound(all.actions),
    external: sound(list<string>(['external'], root['external'])),
    halfLives: sound(map<string>('halfLives')),
    routes: sound(all.routes),
    threatModels: sound(all.threatModels),
    segments: sound(all.segments),
    optOuts: sound(all.optOuts),
    threats: sound(map<ThreatDocument>('threats')),
    rules: sound(all.rules),
    every: {
      levels: formed(all.levels),
      actions: formed(all.actions),
      routes: formed(all.routes),
      threatModels: formed(all.threatModels),
      segments: formed(all.segments),
      optOuts: formed(all.optOuts),
      rules: formed(all.rules),
    },
    declared: {
      levels: new Set(asList(levels).map((level) => String(asMapping(level)['acr']))),
      actions: new Set(Object.keys(asMapping(root['actions']))),
      threatModels: new Set(Object.keys(asMapping(root['threatModels']))),
      optOuts: new Set(Object.keys(asMapping(root['optOuts']))),
    },
    isSound: (section) => !unsound.has(section),
    has: (section) => Object.hasOwn(root, section),
  }
}

function asMapping(value: unknown): Readonly<Record<string, unknown>> {
  const isMapping = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isMapping ? (value as Readonly<Record<string, unknown>>) : {}
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}
