// A return target for our own redirects: a page of this origin, and never one of the challenge's own (T40, T41).
import { canonicalPath } from './canonical-path.ts'
import { pathReadings } from './path-readings.ts'
import { readReturnTo } from './read-return-to.ts'

export interface ReturnPaths {
  readonly publicOrigin: string | undefined
  readonly challengePath: string | undefined
  readonly loginPath: string | undefined
  readonly logoutPath: string | undefined
}

export function readReturnTarget(value: unknown, config: ReturnPaths): string | undefined {
  const target = readReturnTo(value, config.publicOrigin)
  if (target === undefined) return undefined
  const own = [config.challengePath, config.loginPath, config.logoutPath]
    .filter((path) => path !== undefined)
    .map(canonicalPath)
  // whatever a router takes it for: `/logout%2f` and `/logout;x` are a logout to some
  const readings = pathReadings(target)
  return readings === undefined || readings.some((path) => own.includes(path)) ? undefined : target
}
