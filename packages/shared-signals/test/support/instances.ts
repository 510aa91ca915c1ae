// Instances of one app on one feed and one store: guards that decide, and a store that can be made to fail.
import {
  type BackendSource,
  createFetchGuard,
  type FetchGuard,
  type Logger,
  memoryBackend,
  type OpenBackend,
  type Rule,
} from '@countersign/core'
import { signal } from '../../../core/test/policy/trees.ts'
import { buildPolicy } from '../../../core/test/support/build-policy.ts'

export interface Instance {
  readonly guard: FetchGuard
  readonly warned: string[]
  /** Whether alice, or somebody else, may see the site. */
  mayView(subject?: string): Promise<boolean>
}

export interface Instances {
  start(): Promise<Instance>
  /** The store answers with an error while this is true. */
  failing: boolean
  stop(): Promise<void>
}

/** Nobody views the site about whom a signal of this code holds. */
function closedBy(code: string): Rule {
  return {
    id: 'closed',
    actions: ['*'],
    when: {
      source: `"${code}" in signals`,
      tree: signal(code),
      reads: { resource: [], claims: [], signals: [code], facts: [] },
    },
    deny: true,
    optOuts: [],
  }
}

let made = 0

export function openInstances(code = 'account-disabled'): Instances {
  const secret = 'a secret of at least 32 characters, for these tests'
  const shared = memoryBackend().open({ secrets: [secret] })
  const guards: FetchGuard[] = []
  const instances = { failing: false, start, stop }

  function source(): BackendSource {
    made += 1
    return {
      key: `instance ${made}`,
      async open() {
        const { feed, store, audit, ...rest }: OpenBackend = await shared
        return {
          ...rest,
          feed: { ...feed, close: async () => {} },
          store: {
            ...store,
            async write(...args) {
              if (instances.failing) throw new Error('the store is down')
              return store.write(...args)
            },
            close: async () => {},
          },
          audit: { ...audit, close: async () => {} },
          close: async () => {},
        }
      },
    }
  }

  async function start(): Promise<Instance> {
    const warned: string[] = []
    const logger: Logger = { info() {}, warn: (_, text) => warned.push(text), error() {} }
    const guard = createFetchGuard({
      identity: (req) => ({
        subject: req.headers.get('x-user') ?? 'alice',
        session: 's1',
        amr: ['pwd'],
        authTime: Math.floor(Date.now() / 1000),
      }),
      policy: buildPolicy({ rules: [closedBy(code)], external: [code] }),
      backend: source(),
      publicOrigin: 'https://shop.example',
      secret,
      logger,
    })
    guards.push(guard)
    await guard.ready()
    const view = guard.route('site.view', () => new Response('seen'))
    return {
      guard,
      warned,
      async mayView(subject = 'alice') {
        const headers = { 'x-user': subject }
        return (await view(new Request('https://shop.example/', { headers }))).status === 200
      },
    }
  }

  async function stop(): Promise<void> {
    for (const guard of guards) await guard.close()
    await (await shared).close()
  }

  return instances
}
