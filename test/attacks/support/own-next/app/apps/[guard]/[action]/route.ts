import { guards } from '../../../../lib/own-guards.ts'

interface Context {
  readonly params: Promise<{ guard: string; action: string }>
}

export async function GET(req: Request, context: Context): Promise<Response> {
  const { guard: name, action } = await context.params
  const guard = guards.get(name)
  if (guard === undefined) return Response.json({}, { status: 404 })
  if (action === 'step-up') {
    const challenge = await guard.challenge.open(req)
    return Response.json(challenge ?? {}, { status: challenge ? 200 : 400 })
  }
  const handler = guard.route(action, (_req, { decision }) => {
    const { id, outcome, subject } = decision
    return Response.json({ id, outcome, subject })
  })
  return handler(req, context)
}

export async function POST(req: Request, { params }: Context): Promise<Response> {
  const guard = guards.get((await params).guard)
  if (guard === undefined) return Response.json({}, { status: 404 })
  const challenge = await guard.challenge.open(req, await req.formData())
  if (challenge === undefined) return Response.json({}, { status: 400 })
  return guard.challenge.complete(req, { factors: [{ method: 'otp' }] })
}
