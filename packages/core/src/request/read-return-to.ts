// Where to go after a challenge: only ever to a page of this origin (T40).

const MAX_LENGTH = 2048
const PLACEHOLDER_ORIGIN = 'https://return.invalid'
// the URL parser would drop tabs and newlines, trim spaces and take `\` for `/`: it gets none of them
// biome-ignore lint/suspicious/noControlCharactersInRegex: to refuse them is what it is for
const REWRITTEN_BY_PARSERS = /[\u0000-\u0020\u007f\\]/
const ABSOLUTE = /^https?:\/\/([^/?#]+)(?:[/?#]|$)/i

/**
 * The return target as a parsed href of `publicOrigin`, or undefined where it leads, or might lead, anywhere else. It is
 * parsed once, never decoded, and what comes out is what was checked: reading it again gives the same. A path
 * beginning with one `/`, or an absolute URL of that origin, is taken; relative paths are not.
 *
 * Without a `publicOrigin` only paths are taken, and a path comes out.
 *
 * @example
 * readReturnTo('/account?tab=2', 'https://shop.example') // 'https://shop.example/account?tab=2'
 * readReturnTo('//evil.example', 'https://shop.example') // undefined
 */
export function readReturnTo(value: unknown, publicOrigin: string | undefined): string | undefined {
  if (typeof value !== 'string' || value.length > MAX_LENGTH || REWRITTEN_BY_PARSERS.test(value)) {
    return undefined
  }
  const origin = publicOrigin === undefined ? PLACEHOLDER_ORIGIN : readOrigin(publicOrigin)
  if (
    origin === undefined ||
    !(isPath(value) || (publicOrigin !== undefined && isPlainUrl(value)))
  ) {
    return undefined
  }
  const url = parse(value, origin)
  // `/.//h` has passed all of the above and would come out as `//h`, another host
  if (url === undefined || url.origin !== origin || url.pathname.startsWith('//')) return undefined
  const target = publicOrigin === undefined ? url.href.slice(origin.length) : url.href
  return target.length > MAX_LENGTH ? undefined : target
}

function isPath(value: string): boolean {
  return value.startsWith('/') && !value.startsWith('//')
}

/** No user information, not even an empty one, and no name with a trailing dot, which is another host to cookies. */
function isPlainUrl(value: string): boolean {
  const authority = ABSOLUTE.exec(value)?.[1]
  return authority !== undefined && !authority.includes('@') && !/\.(?::\d*)?$/.test(authority)
}

function readOrigin(publicOrigin: string): string | undefined {
  const url = parse(publicOrigin)
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.origin : undefined
}

function parse(value: string, base?: string): URL | undefined {
  try {
    return new URL(value, base)
  } catch {
    return undefined
  }
}
