import { AGAIN } from '../../../../../packages/testing/src/guard-contract/contract-app.ts'
import { bodyOf } from '../../lib/answers.ts'
import { guard } from '../../lib/guard.ts'

export async function GET(req: Request): Promise<Response> {
  const challenge = await guard.challenge.open(req)
  return Response.json(challenge ?? {}, { status: challenge ? 200 : 400 })
}

export async function POST(req: Request): Promise<Response> {
  if (!(await guard.challenge.open(req))) return Response.json({}, { status: 400 })
  const { code, method, remember, newSession } = await bodyOf(req)
  if (code !== 'right') return guard.challenge.fail(req, AGAIN)
  return guard.challenge.complete(req, {
    factors: [{ method: String(method) }],
    rememberDevice: Boolean(remember),
    newSession: newSession === undefined ? undefined : String(newSession),
  })
}
