// What kind of request it is: one whose answer a person will see as a page, or one made ahead of time.
import type { RequestReader } from './request-reader.ts'

const FETCH_METADATA = ['sec-fetch-mode', 'sec-fetch-dest', 'sec-fetch-site', 'sec-fetch-user']
const PAGE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST'])
const MAX_ACCEPT_LENGTH = 4096

/**
 * Whether the answer replaces the whole page: a top-level document navigation by Fetch Metadata. Browsers from before
 * 2023 and tools send none of it; for them a GET, HEAD or POST that names `text/html` as what it wants most.
 */
export function isNavigation(reader: RequestReader): boolean {
  if (FETCH_METADATA.some((name) => reader.header(name) !== undefined)) {
    return (
      reader.header('sec-fetch-mode') === 'navigate' &&
      reader.header('sec-fetch-dest') === 'document'
    )
  }
  return PAGE_METHODS.has(reader.method()) && wantsHtml(reader.header('accept'))
}

/**
 * Whether a browser asks for leave before it sends what a script of another origin wants (Fetch, CORS-preflight request).
 * It bears no cookies and no evidence, so that there is nothing in it to decide by.
 */
export function isPreflight(reader: RequestReader): boolean {
  return (
    reader.method() === 'OPTIONS' &&
    reader.header('origin') !== undefined &&
    reader.header('access-control-request-method') !== undefined
  )
}

/** Whether a browser or a router fetches it before anybody asked: nothing may come of it (T39). */
export function isPrefetch(reader: RequestReader): boolean {
  return (
    names(reader.header('sec-purpose'), ['prefetch', 'prerender']) ||
    names(reader.header('purpose'), ['prefetch', 'preview']) ||
    names(reader.header('x-purpose'), ['prefetch', 'preview']) ||
    names(reader.header('x-moz'), ['prefetch']) ||
    reader.header('next-router-prefetch') !== undefined
  )
}

function names(header: string | undefined, words: readonly string[]): boolean {
  const text = header?.toLowerCase()
  return text !== undefined && words.some((word) => text.includes(word))
}

/** The first of those with the highest quality is `text/html`. */
function wantsHtml(accept: string | undefined): boolean {
  if (accept === undefined || accept.length > MAX_ACCEPT_LENGTH) return false
  let best = { type: '', quality: 0 }
  for (const entry of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = entry.split(';').map((part) => part.trim())
    const quality = readQuality(parameters)
    if (quality > best.quality) best = { type, quality }
  }
  return best.type === 'text/html'
}

function readQuality(parameters: readonly string[]): number {
  const given = parameters.find((parameter) => parameter.startsWith('q='))
  if (given === undefined) return 1
  const quality = Number(given.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}
