// The browsers that a person chose to remember: one's own, and only behind the login.
import { devicesPage } from '@countersign/example-shop'
import { answer } from '../../lib/answer.ts'
import { guard } from '../../lib/guard.ts'
import { shop } from '../../lib/shop.ts'
import { signedIn } from '../../lib/signed-in.ts'

export function GET(req: Request): Promise<Response> {
  return signedIn(req, async (user) => {
    const devices = await guard.devices.list(user)
    const passkeys = shop().passkeys.list(user)
    return answer(req, {
      page: () => devicesPage({ user, devices, passkeys }),
      json: () => ({ devices, passkeys }),
    })
  })
}
