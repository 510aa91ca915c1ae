import { guard } from '../../lib/guard.ts'
import { subjectOf } from '../../lib/subject-of.ts'

export async function GET(req: Request): Promise<Response> {
  return Response.json({ devices: await guard.devices.list(await subjectOf(req)) })
}
