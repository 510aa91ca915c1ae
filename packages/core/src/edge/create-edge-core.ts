// A guard without store and log, for what stands before a full one: it follows that one's feed over HTTP, refuses by the
// policy's routes what is certain, and forwards the rest.
import { ConfigurationError, describeValue } from '../configuration-error.ts'
import type { Checked, Incoming } from '../guard/checked.ts'
import type { GuardOptions } from '../guard/guard-options.ts'
import { matchGuardedRoutes } from '../guard/match-guarded-routes.ts'
import { parseGuardOptions } from '../guard/parse-guard-options.ts'
import { memoryOf } from '../guard/request-memory.ts'
import { shareEngine } from '../guard/shared-engines.ts'
import type { Position } from '../ports/position.ts'
import { type EdgeEngine, openEdgeEngine } from './open-edge-engine.ts'
import { readFeedUrl } from './read-feed-url.ts'

export interface EdgeCoreOptions<Request>
  extends Omit<GuardOptions<Request>, 'policy' | 'backend' | 'operatorKeys' | 'secret'> {
  /** That of the guard which serves the feed: it proves who asks and who answers, and opens evidence. */
  readonly secret: string | readonly string[] | undefined
}

export interface EdgeHealth {
  /** False where opt-outs are no longer waited for: stale, or without a policy. */
  readonly ok: boolean
  readonly stale: boolean
  /** Milliseconds since what is known here was known to be up to date; `null`: never. */
  readonly feedAgeMs: number | null
  /** `none` where no policy is in force. */
  readonly revision: string
  readonly position: Position | null
}

export interface EdgeCore<Request> {
  check(incoming: Incoming<Request>): Promise<Checked>
  /** Resolves once the state was heard; rejects where the feed cannot be reached. */
  ready(): Promise<void>
  health(): EdgeHealth
  close(): Promise<void>
}

/** @throws ConfigurationError where an option is wrong */
export function createEdgeCore<Request>(
  options: EdgeCoreOptions<Request>,
  feedUrl: string,
): EdgeCore<Request> {
  const url = readFeedUrl(feedUrl)
  const { config, identify, secrets, detectors, logger, maxStalenessMs } = parse(options)
  const handle = shareEngine(`http-feed:${url.href}`, () =>
    openEdgeEngine({ url: url.href, secrets, detectors, logger, maxStalenessMs }),
  )
  const routes = matchGuardedRoutes(config)

  async function engineOf(): Promise<EdgeEngine> {
    // of this key there are no others
    return (await handle.engine()) as EdgeEngine
  }

  return {
    async check({ request, reader, slot }) {
      // the route that answers this guard looks itself at who asks, and would else wait for this guard
      if (reader.target() === url.pathname) return { is: 'unguarded' }
      await engineOf().then(
        (engine) => engine.wake(),
        () => {}, // told by the check
      )
      return await routes.check(engineOf, memoryOf(slot), reader, logger, (action) => ({
        ...{ reader, action, mode: 'proxy' },
        identify: () => identify(request, reader),
        resource: () => undefined,
      }))
    },
    async ready() {
      await engineOf()
    },
    health() {
      const engine = handle.ifOpen()
      if (engine === undefined) handle.engine().catch(() => {})
      return readHealth(engine as EdgeEngine | undefined)
    },
    close: () => handle.close(),
  }
}

function parse<Request>(
  options: EdgeCoreOptions<Request>,
): ReturnType<typeof parseGuardOptions<Request>> {
  const parsed = parseGuardOptions<Request>(options)
  for (const name of ['policy', 'backend', 'operatorKeys'] as const) {
    const got = (options as GuardOptions<Request>)[name]
    if (got !== undefined)
      throw new ConfigurationError({
        code: 'option_unknown',
        path: name,
        problem: 'is no option of a guard that follows a feed over HTTP',
        got: describeValue(got),
        fix: 'Leave it out: what is in force comes with the feed.',
      })
  }
  if (parsed.secrets.length > 0) return parsed
  throw new ConfigurationError({
    code: 'secret_missing',
    path: 'secret',
    problem: 'has to be that of the guard which serves the feed',
    got: 'none',
    fix: 'Give both the same one: secret: process.env.COUNTERSIGN_SECRET, made once with openssl rand -base64 32.',
  })
}

function readHealth(engine: EdgeEngine | undefined): EdgeHealth {
  if (engine === undefined)
    return { ok: false, stale: true, feedAgeMs: null, revision: 'none', position: null }
  const stale = engine.freshness.isStale()
  const policy = engine.current()?.activation.policy
  return {
    ok: !stale && policy !== undefined,
    stale,
    feedAgeMs: Math.round(engine.freshness.ageMs()),
    revision: policy?.revision ?? 'none',
    position: engine.state.position ?? null,
  }
}
