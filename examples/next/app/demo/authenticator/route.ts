// The newcomer's authenticator app.
import { demoAuthenticator } from '@countersign/example-shop'
import { isRequestFromHere } from '../../../lib/is-from-here.ts'
import { shop } from '../../../lib/shop.ts'

export function GET(req: Request): Response {
  const { codes, demo } = shop()
  const user = new URL(req.url).searchParams.get('user')
  const { status, body } = demoAuthenticator(codes, {
    user,
    demo,
    fromHere: isRequestFromHere(req),
  })
  return Response.json(body, { status })
}
