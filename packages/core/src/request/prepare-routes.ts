// From method and request target to the actions that a policy's routes guard.
import type { Route } from '../policy/compiled-policy.ts'
import { canonicalPath } from './canonical-path.ts'
import { pathReadings } from './path-readings.ts'

export type RouteMatch =
  /** Distinct, at least one, sorted. All of them are to be guarded: routes are a set, as rules are. */
  | { readonly is: 'matched'; readonly actions: readonly string[] }
  | { readonly is: 'none' }
  /** The target cannot be read, so any route may be meant: refuse. */
  | { readonly is: 'undetermined' }

export type MatchRoutes = (method: string, target: string) => RouteMatch

interface PreparedRoute {
  readonly route: Route
  readonly segments: readonly string[]
  readonly open: boolean
}

const NONE: RouteMatch = { is: 'none' }
const UNDETERMINED: RouteMatch = { is: 'undetermined' }

/**
 * Prepares the routes of a policy once; the function it returns takes the raw request target. A route matches where
 * any reading of the target does, so that no router reaches a guarded handler past it. The paths of `never` (the
 * challenge, login and logout pages) match no route, but only where every reading of the target is that very path.
 */
export function prepareRoutes(
  routes: readonly Route[],
  never: readonly string[] = [],
): MatchRoutes {
  const byFirst = indexByFirstSegment(routes.map(prepareRoute))
  const anywhere = byFirst.get('*') ?? []
  const excepted = new Set(never.map(canonicalPath))

  return function matchRoutes(method, target) {
    if (routes.length === 0) return NONE
    const readings = pathReadings(target)
    if (readings === undefined) {
      return routes.some((route) => takesMethod(route, method)) ? UNDETERMINED : NONE
    }
    if (readings.every((path) => excepted.has(path))) return NONE
    const actions = new Set<string>()
    for (const path of readings) {
      const segments = path === '/' ? [] : path.slice(1).split('/')
      collect(byFirst.get(segments[0] ?? '') ?? [], segments, method, actions)
      collect(anywhere, segments, method, actions)
    }
    return actions.size === 0 ? NONE : { is: 'matched', actions: [...actions].sort() }
  }
}

function prepareRoute(route: Route): PreparedRoute {
  const segments = route.path.split('/').filter((segment) => segment !== '')
  const open = segments.at(-1) === '**'
  return { route, segments: open ? segments.slice(0, -1) : segments, open }
}

/** `*` holds those that begin with a wildcard; the empty string the root alone. */
function indexByFirstSegment(
  routes: readonly PreparedRoute[],
): ReadonlyMap<string, readonly PreparedRoute[]> {
  const index = new Map<string, PreparedRoute[]>()
  for (const route of routes) {
    const first = route.segments[0] ?? (route.open ? '*' : '')
    const list = index.get(first)
    if (list === undefined) index.set(first, [route])
    else list.push(route)
  }
  return index
}

function collect(
  routes: readonly PreparedRoute[],
  segments: readonly string[],
  method: string,
  into: Set<string>,
): void {
  for (const prepared of routes) {
    if (takesMethod(prepared.route, method) && takesSegments(prepared, segments)) {
      into.add(prepared.route.action)
    }
  }
}

function takesMethod({ methods }: Route, method: string): boolean {
  if (methods.length === 0) return true
  const name = method.toUpperCase()
  return methods.includes(name) || (name === 'HEAD' && methods.includes('GET'))
}

function takesSegments(
  { segments: pattern, open }: PreparedRoute,
  path: readonly string[],
): boolean {
  if (open ? path.length < pattern.length : path.length !== pattern.length) return false
  return pattern.every((segment, index) => segment === '*' || segment === path[index])
}
