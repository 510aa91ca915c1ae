// The route handler behind guarded pages: decides what a page could not, sets the cookies, and sends the person back.
import {
  type Cookie,
  editResponse,
  type GuardCore,
  problemReply,
  type RequestReader,
  type ReturnPaths,
  readReturnTarget,
  toResponse,
} from '@countersign/core'
import type { HandOvers } from './hand-over.ts'
import { type NextInput, readRequest, withTarget } from './read-request.ts'
import { refusalOf } from './refusal-of.ts'

export interface PageHandlers {
  GET(req: Request): Promise<Response>
}

const ROUND_COOKIE = '__Host-countersign-round'
/** Longer than a redirect takes, shorter than a person takes to come by again. */
const ROUND_SECONDS = 5

export function pageHandlers(
  core: GuardCore<NextInput>,
  handOvers: HandOvers,
  paths: ReturnPaths,
): PageHandlers {
  return {
    async GET(req) {
      const incoming = readRequest(req)
      const asked = await handOvers.open(pageOf(incoming.reader))
      const target = readReturnTarget(asked?.returnTo, { ...paths, publicOrigin: undefined })
      if (asked === undefined || target === undefined)
        return toResponse(problemReply(incoming.reader, 'ticket_refused'))
      // for the page: it is what a challenge returns to
      const { action, resource } = asked
      const checked = await core.check(withTarget(incoming, target), action, () => resource)
      if (checked.is !== 'proceed') return toResponse(refusalOf(checked).reply)
      const round = await roundOf(action, target)
      if (incoming.request.cookies.get(ROUND_COOKIE)?.value === round)
        return toResponse(
          problemReply(incoming.reader, 'unavailable', [], { decision: checked.decision.id }),
        )
      const cookies = [...checked.edits.cookies, roundCookie(round)]
      return editResponse(seeOther(target), { ...checked.edits, cookies })
    },
  }
}

function pageOf(reader: RequestReader): string | null {
  const target = reader.target()
  const query = target.indexOf('?')
  return query === -1 ? null : new URLSearchParams(target.slice(query)).get('page')
}

/** A page that sends a person here again, right after this let them through, would do so for ever. */
async function roundOf(action: string, target: string): Promise<string> {
  const text = new TextEncoder().encode(`${action}\n${target}`)
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', text))
  return Array.from(digest.subarray(0, 12), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function roundCookie(value: string): Cookie {
  return { name: ROUND_COOKIE, value, maxAgeSeconds: ROUND_SECONDS }
}

function seeOther(location: string): Response {
  return new Response(null, { status: 303, headers: { location } })
}
