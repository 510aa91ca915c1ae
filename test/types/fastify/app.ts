// Routes with types of their own, bodies and parameters, hooks at each place; and a misspelt name.
import { type AnyRequest, countersign, createGuard } from '@countersign/fastify'
import Fastify, { type FastifyRequest } from 'fastify'

const guard = createGuard({ identity: (req) => ({ subject: req.ip }) })
const app = Fastify()
app.register(countersign, { identity: (req) => readIdentity(req) })
app.addHook('onRequest', guard())
app.addHook('preHandler', app.countersign())
app.post('/transfer', { preHandler: guard('transfer.create', (req) => req.body) }, async (req) => ({
  id: guard.decision(req)?.id,
}))
app.post<{ Params: { to: string }; Body: { amount: number } }>(
  '/transfers/:to',
  { preHandler: [guard('transfer.create', ({ params }) => ({ payee: params.to }))] },
  async (req) => ({ to: req.params.to, amount: req.body.amount, id: guard.decision(req)?.id }),
)
app.post('/step-up', async (req: AnyRequest, reply) => {
  if (!(await guard.challenge.open(req))) return guard.challenge.fail(req, reply)
  return guard.challenge.complete(req, reply, { factors: [{ method: req.body.method }] })
})
guard('account.view')
// @ts-expect-error a misspelt action does not compile
guard('account.veiw')

function readIdentity(req: FastifyRequest) {
  return req.headers.authorization === undefined ? undefined : { subject: 'alice' }
}
