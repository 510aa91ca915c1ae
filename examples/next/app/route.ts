import { homePage } from '@countersign/example-shop'
import { answer } from '../lib/answer.ts'
import { shop } from '../lib/shop.ts'

export async function GET(req: Request): Promise<Response> {
  const { sessions, demo } = shop()
  const user = (await sessions.read(req.headers.get('cookie')))?.subject
  return answer(req, {
    page: () => homePage({ user, demo }),
    json: () => ({ user: user ?? null }),
  })
}
