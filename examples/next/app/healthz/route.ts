import { toHealthReport } from '@countersign/example-shop'
import { guard } from '../../lib/guard.ts'

// asked at each request, never at the build
export const dynamic = 'force-dynamic'

/** Opens the guard, so that a shop that says it is well is ready for the first request. */
export async function GET(): Promise<Response> {
  await guard.ready()
  return Response.json(toHealthReport(guard.health()))
}
