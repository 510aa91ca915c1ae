// Routes: paths in the form in which requests are compared, to actions that exist.
import { suggestName } from '../problems/did-you-mean.ts'
import type { Path } from '../problems/policy-problem.ts'
import type { Finding, ProblemCollector } from '../problems/problem-collector.ts'
import type { Draft } from './draft.ts'

export function checkRoutes(draft: Draft, problems: ProblemCollector): void {
  for (const { path, value } of draft.every.routes) {
    const mistake = value.path === undefined ? undefined : describePath(value.path)
    if (value.path !== undefined && mistake !== undefined) {
      problems.add({
        code: 'path_not_canonical',
        path: [...path, 'path'],
        message: mistake.message,
        found: value.path,
        fix: mistake.fix,
      })
    }
    if (value.action === undefined || draft.anyAction || !draft.has('actions')) continue
    if (!draft.declared.actions.has(value.action)) {
      problems.add({
        code: 'unknown_action',
        path: [...path, 'action'],
        message: `the action ${value.action} is not declared`,
        found: value.action,
        fix: suggestName(value.action, draft.declared.actions),
      })
    }
  }
  checkDuplicates(draft, problems)
}

function checkDuplicates(draft: Draft, problems: ProblemCollector): void {
  const seen = new Set<string>()
  for (const { path, value } of draft.routes) {
    for (const method of value.method ?? ['']) {
      const key = `${method.toUpperCase()} ${comparedPath(value.path)} ${value.action}`.trim()
      if (seen.has(key)) problems.add(duplicateRoute(key, path))
      seen.add(key)
    }
  }
}

/** Routes are a set: one path may mean two actions, and both are guarded then. */
function duplicateRoute(key: string, path: Path): Finding {
  return {
    code: 'duplicate_route',
    path,
    message: 'another route has the same method, path and action',
    found: key,
    fix: 'keep one of the two',
  }
}

/** Case and a trailing slash make no difference. */
export function comparedPath(path: string): string {
  return path.toLowerCase().replace(/(?<=.)\/$/, '')
}

function describePath(path: string): { message: string; fix: string } | undefined {
  const segments = comparedPath(path).split('/').slice(1)
  if (path !== '/' && segments.includes('')) {
    return { message: 'the path has an empty segment', fix: 'write single slashes' }
  }
  if (segments.some((segment) => segment === '.' || segment === '..')) {
    return { message: 'the path has a dot segment', fix: 'write the path that it leads to' }
  }
  if (segments.slice(0, -1).includes('**')) {
    return { message: '** stands at the end only', fix: 'write * for each segment in the middle' }
  }
  const odd = segments.find((segment) => segment !== '*' && segment !== '**' && /\*/.test(segment))
  if (odd !== undefined) {
    return { message: '* stands for a whole segment', fix: 'write * between two slashes' }
  }
  if (segments.some((segment) => segment.startsWith(':'))) {
    return { message: 'segments have no names here', fix: 'write * instead of :name' }
  }
  if (!/^[A-Za-z0-9/*._~!$&'()+,;=:@-]*$/.test(path)) {
    return {
      message: 'the path has a character that requests are not compared by',
      fix: 'write * for a segment with encoded or other letters; leave out ? and #',
    }
  }
  return undefined
}
