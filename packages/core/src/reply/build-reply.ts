// The parts of replies: problem+json (RFC 9457) for programs, a plain page for people, redirects with 303.
import { isNavigation } from '../request/request-kind.ts'
import type { RequestReader } from '../request/request-reader.ts'
import type { Cookie } from '../request/serialize-cookie.ts'
import { GUARDED_HEADERS, type Reply } from './reply.ts'

interface Problem {
  readonly status: number
  readonly title: string
}

export type ProblemCode =
  | 'sign_in_required'
  | 'step_up_required'
  | 'challenge_failed'
  | 'ticket_refused'
  | 'not_same_origin'
  | 'method_not_allowed'
  | 'denied'
  | 'too_little'
  | 'unavailable'

const PROBLEMS: Readonly<Record<ProblemCode, Problem>> = {
  sign_in_required: { status: 401, title: 'Please sign in.' },
  step_up_required: { status: 401, title: 'Please confirm that it is you.' },
  challenge_failed: { status: 401, title: 'That did not confirm that it is you.' },
  ticket_refused: {
    status: 400,
    title: 'This confirmation is no longer valid. Please start again.',
  },
  not_same_origin: { status: 403, title: 'This request did not come from our own pages.' },
  method_not_allowed: { status: 405, title: 'A confirmation is sent with POST.' },
  denied: { status: 403, title: 'This is not allowed.' },
  too_little: { status: 403, title: 'This cannot be confirmed with the methods that you have.' },
  unavailable: { status: 503, title: 'This cannot be decided right now. Please try again.' },
}

export interface ProblemDetails {
  readonly [name: string]: unknown
}

/** A page for a navigation, problem+json for everything else. Opaque: a code of ours and what `details` says. */
export function problemReply(
  reader: RequestReader,
  code: ProblemCode,
  cookies: readonly Cookie[] = [],
  details: ProblemDetails = {},
  headers: Reply['headers'] = [],
): Reply {
  const { status, title } = PROBLEMS[code]
  if (isNavigation(reader))
    return {
      ...pageReply(status, problemPage(title, details), cookies),
      headers: [...GUARDED_HEADERS, ...PAGE_HEADERS, ...headers],
    }
  return programReply(code, cookies, details, headers)
}

/** The 503 of whatever failed inside, with nothing but the decision's id; also where the request itself cannot be read. */
export function unavailableReply(reader: RequestReader, decision: string): Reply {
  try {
    return problemReply(reader, 'unavailable', [], { decision })
  } catch {
    return programReply('unavailable', [], { decision }, [])
  }
}

/** Says nothing of origins: what the app's own CORS has put on the reply before is what the browser goes by. */
export const PREFLIGHT_REPLY: Reply = { status: 204, headers: GUARDED_HEADERS, cookies: [] }

function programReply(
  code: ProblemCode,
  cookies: readonly Cookie[],
  details: ProblemDetails,
  headers: Reply['headers'],
): Reply {
  const { status, title } = PROBLEMS[code]
  const type = `urn:countersign:problem:${code}`
  return {
    status,
    headers: [...GUARDED_HEADERS, ...headers],
    cookies,
    body: {
      type: 'application/problem+json',
      text: JSON.stringify({ type, title, status, code, ...details }),
    },
  }
}

const PAGE_HEADERS: Reply['headers'] = [
  [
    'content-security-policy',
    "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  ],
  ['x-content-type-options', 'nosniff'],
]

/** A page that the app itself made. */
export function pageReply(status: number, html: string, cookies: readonly Cookie[] = []): Reply {
  return {
    status,
    headers: GUARDED_HEADERS,
    cookies,
    body: { type: 'text/html; charset=utf-8', text: html },
  }
}

/** 303 and never 307: what was sent is never sent again by itself. */
export function redirectReply(location: string, cookies: readonly Cookie[]): Reply {
  return { status: 303, headers: [...GUARDED_HEADERS, ['location', location]], cookies }
}

function problemPage(title: string, details: ProblemDetails): string {
  const decision = typeof details['decision'] === 'string' ? details['decision'] : undefined
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:15vh auto;padding:0 1.5rem;color:#1c1f23;background:#fff}
p.id{color:#666b73;font-size:.85rem}@media(prefers-color-scheme:dark){body{color:#e8e8ea;background:#17181a}p.id{color:#9a9fa8}}</style>
</head><body><h1>${escapeHtml(title)}</h1>
${decision === undefined ? '' : `<p class="id">Reference: ${escapeHtml(decision)}</p>`}
</body></html>
`
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)
}
