import { isFromAnotherSite } from '@countersign/example-shop'
import { answerMessage, seeOther } from '../../../../lib/answer.ts'
import { guard } from '../../../../lib/guard.ts'
import { signedIn } from '../../../../lib/signed-in.ts'

export async function POST(
  req: Request,
  { params }: { params: Promise<{ id: string }> },
): Promise<Response> {
  if (isFromAnotherSite((name) => req.headers.get(name))) return answerMessage(req, 403)
  return signedIn(req, async (user) => {
    await guard.devices.revoke(user, (await params).id)
    return seeOther('/devices')
  })
}
