// Contexts with variables, parameters of the path, handlers whose types the guard leaves alone; and a misspelt name.
import { createGuard, jwtIdentity } from '@countersign/hono'
import {
  type CompiledPolicy,
  createGuard as createEdgeGuard,
  memoryBackend,
} from '@countersign/hono/edge'
import { Hono } from 'hono'

const guard = createGuard({
  identity: jwtIdentity({ issuer: 'https://idp.example', audience: 'api', algorithms: ['RS256'] }),
})
const app = new Hono<{ Variables: { user: string } }>()
app.use(guard())
app.post(
  '/transfers/:to',
  guard('transfer.create', async (c) => ({ payee: c.req.param('to'), ...(await c.req.json()) })),
  (c) => c.json({ id: guard.decision(c)?.id, user: c.get('user').length, to: c.req.param('to') }),
)
app.post('/step-up', async (c) =>
  (await guard.challenge.open(c))
    ? guard.challenge.complete(c, { factors: [{ method: 'otp' }] })
    : guard.challenge.fail(c),
)
guard('account.view')
// @ts-expect-error a misspelt action does not compile
guard('account.veiw')
const policy = {} as CompiledPolicy
createEdgeGuard({ policy, identity: (c) => c.get('identity'), backend: memoryBackend() })
// @ts-expect-error there are no files to keep state in
createEdgeGuard({ policy, identity: () => undefined })
