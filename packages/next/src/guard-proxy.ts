// Guards by the policy's routes in proxy.ts, ahead of the handlers: refuses what no opt-out could rescue.
import type { GuardCore } from '@countersign/core'
import { type NextRequest, NextResponse } from 'next/server.js'
import { type NextInput, readRequest } from './read-request.ts'
import { toEarlyResponse } from './to-early-response.ts'

export type GuardProxy = () => (req: NextRequest) => Promise<Response>

/** What it forwards is untouched and undecided: the guards of handlers, actions and pages are the boundary (T31). */
export function guardProxy(core: GuardCore<NextInput>): GuardProxy {
  return () =>
    async function countersign(req) {
      const checked = await core.checkRoutes(readRequest(req), 'proxy')
      return checked.is === 'refuse' ? toEarlyResponse(checked.reply, req) : NextResponse.next()
    }
}
