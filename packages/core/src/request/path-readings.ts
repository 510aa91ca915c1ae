// Every path that a router might take a request target for. Routes are matched against all of them (T32).
//
// Routers differ. Express 4 and 5 and @koa/router match the undecoded path segment by segment and leave `..`, `;x`
// and `\` inside a parameter; once a `#` is in it, url.parse turns `\` into `/` for them. Next matches the path both
// as it is and decoded once, so that `%2f` is a separator there and not in Express. Others drop `;x`, or all that
// follows it, or resolve dots. One normal form cannot agree with all: `/a/../p` is `/p` for one router and
// `/a/:x/p` for another. So every way of reading is tried, and a target that cannot be read at all is unknown.

/** A longer target is unknown: all work here is linear in its length, times at most 48 readings. */
const MAX_TARGET_LENGTH = 16_384

// what no router can read in two ways: the common case, and the only one on the hot path
const PLAIN = /^(?:\/[\w!$&'()*+,=:@~-][\w!$&'()*+,=:@~.-]*)+\/?$|^\/$/
// schemes that routers strip; a plain host and port, for url.parse moves anything odd into the path
const ABSOLUTE = /^(?:https?|wss?):\/\/(?:[\w.-]+|\[[0-9a-f:.]+\])?(?::\d*)?(?=[/?#\\]|$)/i
const PERCENT_NOT_TWO_HEX = /%(?![0-9a-f]{2})/i
// biome-ignore lint/suspicious/noControlCharactersInRegex: to refuse them is what it is for
const CONTROL_OR_SPACE = /[\u0000-\u0020\u007f\u00a0\ufeff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: the same, once decoded
const CONTROL = /[\u0000-\u001f\u007f]/
// not a character of any path, so it can stand for a `%2f` that is kept
const KEPT_SLASH = '\u0000'

/** How one router may read a path. The first of each is what RFC 3986 says, which `canonicalPath` follows. */
interface Reading {
  readonly encodedSlash: 'kept' | 'slash'
  readonly backslash: 'slash' | 'kept'
  readonly parameters: 'kept' | 'stripped' | 'cut'
  readonly dots: 'resolved' | 'kept'
}

/**
 * The canonical reading first, then the others, each once: lower case, decoded once, without empty segments and
 * without a trailing slash. Undefined where the target is malformed: it may then reach any handler.
 */
export function pathReadings(target: string): readonly string[] | undefined {
  if (target.length > MAX_TARGET_LENGTH) return undefined
  const raw = readRawPath(target)
  if (raw === undefined) return undefined
  if (PLAIN.test(raw)) return [withoutTrailingSlash(raw.toLowerCase())]
  const readings = new Set<string>()
  for (const path of rawPaths(raw)) {
    const decoded = decodeOnce(path)
    if (decoded === undefined) return undefined
    for (const reading of waysToRead(decoded)) readings.add(readAs(decoded, reading))
  }
  return [...readings]
}

function readRawPath(target: string): string | undefined {
  if (CONTROL_OR_SPACE.test(target)) return undefined
  const start = target.startsWith('/') ? 0 : ABSOLUTE.exec(target)?.[0].length
  if (start === undefined) return undefined
  const rest = target.slice(start)
  const end = rest.search(/[?#]/)
  const path = end === -1 ? rest : rest.slice(0, end)
  return path === '' ? '/' : path
}

/** `//host/p` is a path to most, but `/p` to whoever resolves it against a base URL. */
function rawPaths(raw: string): readonly string[] {
  const authority = /^[/\\]{2,}[^/\\]*/.exec(raw)?.[0]
  return authority === undefined ? [raw] : [raw, raw.slice(authority.length) || '/']
}

function decodeOnce(path: string): string | undefined {
  if (PERCENT_NOT_TWO_HEX.test(path)) return undefined
  try {
    const parts = path.split(/%2f/i).map((part) => decodeURIComponent(part))
    return parts.some((part) => CONTROL.test(part)) ? undefined : fold(parts.join(KEPT_SLASH))
  } catch {
    return undefined // not UTF-8
  }
}

/** As the `i` flag of a regular expression compares, by way of upper case: `µ` (one byte on the wire) equals Greek `μ`. */
function fold(text: string): string {
  return text.toUpperCase().toLowerCase()
}

function waysToRead(decoded: string): readonly Reading[] {
  const slashes = decoded.includes(KEPT_SLASH) ? (['kept', 'slash'] as const) : (['kept'] as const)
  const backslashes = decoded.includes('\\') ? (['slash', 'kept'] as const) : (['slash'] as const)
  const parameters = decoded.includes(';')
    ? (['kept', 'stripped', 'cut'] as const)
    : (['kept'] as const)
  const dots = decoded.includes('.') ? (['resolved', 'kept'] as const) : (['resolved'] as const)
  return slashes.flatMap((encodedSlash) =>
    backslashes.flatMap((backslash) =>
      parameters.flatMap((parameter) =>
        dots.map((dot) => ({ encodedSlash, backslash, parameters: parameter, dots: dot })),
      ),
    ),
  )
}

function readAs(decoded: string, reading: Reading): string {
  let path = decoded.replaceAll(KEPT_SLASH, reading.encodedSlash === 'slash' ? '/' : '%2f')
  if (reading.backslash === 'slash') path = path.replaceAll('\\', '/')
  if (reading.parameters === 'cut') path = path.slice(0, path.indexOf(';'))
  if (reading.parameters === 'stripped') path = path.replace(/;[^/]*/g, '')
  const segments = path.split('/').filter((segment) => segment !== '')
  return `/${(reading.dots === 'resolved' ? resolveDots(segments) : segments).join('/')}`
}

function resolveDots(segments: readonly string[]): readonly string[] {
  const resolved: string[] = []
  for (const segment of segments) {
    if (segment === '..') resolved.pop()
    else if (segment !== '.') resolved.push(segment)
  }
  return resolved
}

function withoutTrailingSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}
