import { isFromAnotherSite } from '@countersign/example-shop'
import { answerMessage, seeOther } from '../../lib/answer.ts'
import { shop } from '../../lib/shop.ts'

export async function POST(req: Request): Promise<Response> {
  if (isFromAnotherSite((name) => req.headers.get(name))) return answerMessage(req, 403)
  const { sessions } = shop()
  const session = await sessions.read(req.headers.get('cookie'))
  return seeOther('/', session && sessions.end(session))
}
