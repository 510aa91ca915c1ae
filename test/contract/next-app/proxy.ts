import { type NextRequest, NextResponse } from 'next/server.js'
import { guard } from './lib/guard.ts'
import { startedWith } from './lib/scenario.ts'

const guarded = guard.proxy()

export function proxy(req: NextRequest): Response | Promise<Response> {
  return startedWith()?.proxy ? guarded(req) : NextResponse.next()
}
