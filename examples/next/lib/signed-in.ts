// For what is one's own, but not guarded: a login of any age is enough.
import { wantsPage } from '@countersign/example-shop'
import { seeOther } from './answer.ts'
import { shop } from './shop.ts'

/** Goes on with the user, or says to sign in. Nothing of it may be cached. */
export async function signedIn(
  req: Request,
  then: (user: string) => Promise<Response>,
): Promise<Response> {
  const session = await shop().sessions.read(req.headers.get('cookie'))
  const response = session ? await then(session.subject) : signInFirst(req)
  response.headers.set('cache-control', 'private, no-store')
  response.headers.set('vary', 'Cookie')
  return response
}

function signInFirst(req: Request): Response {
  return wantsPage((name) => req.headers.get(name))
    ? seeOther('/login')
    : Response.json({ title: 'Please sign in.' }, { status: 401 })
}
