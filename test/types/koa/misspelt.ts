// An action that nobody declared, an attribute that the action has, and a name that is fine.
import { createGuard, memoryBackend } from '@countersign/koa'

const guard = createGuard({ identity: () => undefined, backend: memoryBackend() })
guard('account.view')
guard('transfer.create', (ctx) => ({ amount: ctx.query['amount'] }))
// @ts-expect-error a misspelt action does not compile
guard('account.veiw')
