// Apps on each adapter whose guard lies open to the test: its clock, its backend's faults, its detectors, who signs in. Over
// real HTTP, in the test's process. On Next the route handlers are served without its router, which the shops have.
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { AuditEntry, GuardOptions, GuardServices, JwtIdentity } from '@countersign/core'
import { type FakeClock, fakeClock } from '@countersign/testing'
import { afterEach, describe } from 'vitest'
import {
  type BackendName,
  type TamperedBackend,
  type Tampering,
  tamperedBackend,
} from '../../laws/support/backends.ts'
import { type Person, person, type TestLogin } from './person.ts'
import { tamperedExpress } from './tampered-express.ts'
import { tamperedKoa } from './tampered-koa.ts'
import { tamperedNext } from './tampered-next.ts'
import { tamperedPolicy } from './tampered-policy.ts'

export interface TamperedOptions {
  readonly backend?: BackendName
  readonly tampering?: Tampering
  readonly guard?: Partial<Omit<GuardOptions<never>, 'identity' | 'backend'>>
  /** @default whoever the login cookie says: only a test app may believe that */
  readonly identity?: JwtIdentity
  /** Runs before the identity is told. */
  readonly beforeIdentity?: () => void
}

export interface TamperedApp {
  readonly clock: FakeClock
  readonly guard: GuardServices
  /** The untouched parts of the backend. */
  readonly backend: TamperedBackend
  /** Signed in with a password, just now, unless `login` says otherwise. */
  person(login?: Partial<TestLogin>): Person
  /** Lets time pass, and waits until the feed was heard from since: until then all is stale. */
  pass(ms: number): Promise<void>
  /** Every entry of the audit log. */
  log(): Promise<readonly AuditEntry[]>
}

/** What an adapter's app is made of. */
export interface Ingredients {
  readonly options: Omit<GuardOptions<never>, 'identity'>
  readonly identity: JwtIdentity | undefined
  identify(cookies: string | null | undefined): Promise<TestLogin | undefined>
}

export interface Created {
  readonly listener: RequestListener
  readonly guard: GuardServices
}

export type Adapter = 'Express 5' | 'Koa 3' | 'Next 16'
export type StartTampered = (options?: TamperedOptions) => Promise<TamperedApp>

const CREATE: Readonly<Record<Adapter, (ingredients: Ingredients) => Created>> = {
  'Express 5': tamperedExpress,
  'Koa 3': tamperedKoa,
  'Next 16': tamperedNext,
}

/** Runs `define` for each adapter; what it starts is stopped after each test. */
export function forEachAdapter(define: (start: StartTampered, adapter: Adapter) => void): void {
  for (const [adapter, create] of Object.entries(CREATE))
    describe(`a guard on ${adapter}`, () => {
      const running: (() => Promise<void>)[] = []
      afterEach(async () => {
        for (const stop of running.splice(0)) await stop()
      })
      define(async (options) => {
        const { app, stop } = await start(create, options)
        running.push(stop)
        return app
      }, adapter as Adapter)
    })
}

const FLUSH = 'flush'

async function start(
  create: (ingredients: Ingredients) => Created,
  { backend: name = 'memory', tampering = {}, guard: changed, ...who }: TamperedOptions = {},
): Promise<{ readonly app: TamperedApp; stop(): Promise<void> }> {
  const clock = fakeClock(Date.now())
  const backend = tamperedBackend(name, clock, tampering)
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const { listener, guard } = create({
    options: {
      policy: tamperedPolicy(),
      secret: 'a secret for attacks, long enough for it',
      challengePath: '/step-up',
      publicOrigin: origin,
      backend: backend.source,
      logger: { info() {}, warn() {}, error() {} },
      ...changed,
    },
    identity: who.identity,
    async identify(cookies) {
      who.beforeIdentity?.()
      return readLogin(cookies)
    },
  })
  server.on('request', listener)
  await guard.ready()
  return {
    app: {
      clock,
      guard,
      backend,
      person: (login) => person(origin, { authTime: clock.now(), ...login }),
      async pass(ms) {
        clock.advance(ms)
        while (guard.health().stale) await wait(5)
      },
      async log() {
        // what was noted before it is durable once this is
        await guard.feedback(FLUSH, 'legitimate').catch(() => undefined)
        const entries: AuditEntry[] = []
        for await (const { entry } of backend.parts().audit.read({}))
          if (entry['decision'] !== FLUSH) entries.push(entry)
        return entries
      },
    },
    async stop() {
      await new Promise((resolve) => server.close(resolve))
      await guard.close()
      backend.remove()
    },
  }
}

function readLogin(cookies: string | null | undefined): TestLogin | undefined {
  const pair = (cookies ?? '').split('; ').find((one) => one.startsWith('login='))
  return pair && JSON.parse(decodeURIComponent(pair.slice('login='.length)))
}
