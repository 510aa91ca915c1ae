// The ticket and the return target of a challenge page: from its form, or from its query.
import type { ChallengeRequest } from '../challenge/challenge-request.ts'
import type { WhoAsks } from '../identity/read-identity.ts'
import type { RequestReader } from '../request/request-reader.ts'
import type { OpenedTicket } from '../ticket/open-ticket.ts'

export function challengeRequest(
  reader: RequestReader,
  body: unknown,
  identify: () => Promise<WhoAsks>,
  opened: OpenedTicket | undefined,
): ChallengeRequest {
  const query = readQuery(reader.target())
  return {
    reader,
    identify,
    ticket: field(body, 'ticket') ?? one(query, 'ticket'),
    returnTo: field(body, 'returnTo') ?? one(query, 'returnTo'),
    opened,
  }
}

function readQuery(target: string): URLSearchParams {
  const start = target.indexOf('?')
  return new URLSearchParams(start === -1 || target.length > 32_768 ? '' : target.slice(start + 1))
}

// two of one name are none
function one(query: URLSearchParams, name: string): string | undefined {
  const all = query.getAll(name)
  return all.length === 1 ? all[0] : undefined
}

function field(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null) return undefined
  if (body instanceof FormData || body instanceof URLSearchParams) {
    const all = body.getAll(name)
    return all.length === 1 ? all[0] : undefined
  }
  return Object.hasOwn(body, name) ? (body as Record<string, unknown>)[name] : undefined
}
