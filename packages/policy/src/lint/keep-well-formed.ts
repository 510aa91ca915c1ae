// What of a part can be looked at although something in it has not its shape: one mistake does not hide the next.
import type { Path } from '../problems/policy-problem.ts'
import type { ProblemCollector } from '../problems/problem-collector.ts'

/** Anything of it may be missing; what is there has its shape. Items of lists keep their places. */
export type WellFormed<T> = T extends readonly (infer Item)[]
  ? readonly (WellFormed<Item> | undefined)[]
  : T extends object
    ? { readonly [Key in keyof T]?: WellFormed<T[Key]> | undefined }
    : T

/** Undefined where nothing of it can be. */
export function keepWellFormed<T>(
  value: T,
  path: Path,
  problems: ProblemCollector,
): WellFormed<T> | undefined {
  return keep(value, path, problems) as WellFormed<T> | undefined
}

function keep(value: unknown, path: Path, problems: ProblemCollector): unknown {
  if (problems.isSound(path)) return value
  if (problems.isRefused(path) || typeof value !== 'object' || value === null) return undefined
  if (Array.isArray(value))
    return value.map((item, index) => keep(item, [...path, index], problems))
  const kept = Object.entries(value).map(([key, inner]) => [
    key,
    keep(inner, [...path, key], problems),
  ])
  return Object.fromEntries(kept.filter(([, inner]) => inner !== undefined))
}
