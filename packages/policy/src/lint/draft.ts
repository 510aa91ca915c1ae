// A document under inspection: those of its parts that have their shape, each with its path.
import type {
  ActionDocument,
  LevelDocument,
  OptOutDocument,
  PolicyDocument,
  RouteDocument,
  RuleDocument,
  SegmentDocument,
  ThreatModelDocument,
} from '../policy-document.ts'
import type { Path } from '../problems/policy-problem.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'

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
  readonly routes: readonly Part<RouteDocument>[]
  readonly threatModels: readonly Part<ThreatModelDocument>[]
  readonly segments: readonly Part<SegmentDocument>[]
  readonly optOuts: readonly Part<OptOutDocument>[]
  readonly rules: readonly Part<RuleDocument>[]
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
    asList(value)
      .map((item, index) => ({ name: '', path: [...path, index], value: item as T }))
      .filter((part) => problems.isSound(part.path))
  const map = <T>(section: string): Part<T>[] =>
    Object.entries(asMapping(root[section]))
      .map(([name, value]) => ({ name, path: [section, name], value: value as T }))
      .filter((part) => problems.isSound(part.path))
  const levels = asMapping(root['assurance'])['levels']
  // settled now: what later checks find about a section's meaning does not spoil its shape
  const unsound = new Set(Object.keys(root).filter((section) => !problems.isSound([section])))
  return {
    levels: list(['assurance', 'levels'], levels),
    anyAction: root['actions'] === 'any',
    actions: map('actions'),
    external: list(['external'], root['external']),
    routes: list(['routes'], root['routes']),
    threatModels: map('threatModels'),
    segments: map('segments'),
    optOuts: map('optOuts'),
    rules: list(['rules'], root['rules']),
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
