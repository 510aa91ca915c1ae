import { guard } from '../../../lib/guard.ts'
import { subjectOf } from '../../../lib/subject-of.ts'

export async function POST(req: Request): Promise<Response> {
  const subject = await subjectOf(req)
  for (const { id } of await guard.devices.list(subject)) await guard.devices.revoke(subject, id)
  return Response.json({})
}
