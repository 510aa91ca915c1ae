// The path of a request target in the one form that policies write.
import { pathReadings } from './path-readings.ts'

/**
 * The canonical path of a raw request target (origin-form or absolute-form): lower case, percent-decoded exactly once
 * (but for `%2f`, which is no separator), dot segments resolved, `\` taken for `/`, without empty segments, trailing
 * slash, query and fragment.
 *
 * Undefined means unknown: a malformed or over-long target, which may reach any handler. Treat it as matching every
 * route. To decide whether a request is guarded use `prepareRoutes`, which also tries the paths that other routers
 * would see. RFC 3986, section 6.2.2.
 *
 * @example
 * canonicalPath('/Account//%61/../b/?x=/c') // '/account/b'
 * canonicalPath('/%2561') // '/%61', which is not '/a'
 */
export function canonicalPath(target: string): string | undefined {
  return pathReadings(target)?.[0]
}
