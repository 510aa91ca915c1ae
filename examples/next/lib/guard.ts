// The guard of the shop: who asks, by which policy, and where state is kept.
import { resolve } from 'node:path'
import { createGuard, fileBackend, type Guard } from '@countersign/next'
import { shop } from './shop.ts'

const { PORT = '3000', COUNTERSIGN_DATA = '.data' } = process.env

/** Of the shop, as everybody reaches it; passkeys are bound to it. */
export const publicOrigin: string = `http://localhost:${PORT}`

export const guard: Guard = createGuard({
  identity: ({ headers }) => shop().sessions.read(headers.get('cookie')),
  // from this folder, where Next runs
  policy: resolve(/* turbopackIgnore: true */ '../shop/policy.yaml'),
  publicOrigin,
  challengePath: '/step-up',
  loginPath: '/login',
  logoutPath: '/logout',
  handlerPath: '/countersign',
  backend: fileBackend(resolve(/* turbopackIgnore: true */ COUNTERSIGN_DATA)),
})

// by itself, Next ends the process without waiting for anything: what was decided last would not be written
if (process.env['NEXT_MANUAL_SIG_HANDLE'])
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, stop)

/** Next evaluates this module several times over: the last guard to be closed ends the process. */
async function stop(signal: NodeJS.Signals): Promise<void> {
  await guard.close()
  process.off(signal, stop)
  if (process.listenerCount(signal) === 0) process.exit(0)
}
