// A backend put together from parts, for many instances: each port where it is kept best.
import { ConfigurationError } from '../configuration-error.ts'
import type { AuditLog } from './audit-log.ts'
import type { BackendContext, BackendSource, OpenBackend, OpenPort, PortSource } from './backend.ts'
import type { Feed } from './feed.ts'
import type { Store } from './store.ts'

export interface BackendParts {
  readonly feed: PortSource<Feed>
  readonly store: PortSource<Store>
  readonly audit: PortSource<AuditLog>
  /** As `Backend.sha256`. @default Web Crypto */
  readonly sha256?: ((text: string) => string) | undefined
}

/**
 * One backend of three parts, which may be kept in different places. It opens all or none, and takes its secrets from
 * `createGuard` alone: instances that each made one could not read each other's cookies. What loosens takes operator keys.
 *
 * @throws ConfigurationError `secret_missing` when it is opened without secrets
 */
export function combineBackend({ feed, store, audit, sha256 }: BackendParts): BackendSource {
  return {
    key: `parts:${JSON.stringify([feed.key, store.key, audit.key])}`,
    async open(context) {
      if (context.secrets.length === 0) throw secretMissing()
      const opened: Closable[] = []
      try {
        const parts = {
          feed: await openPart(feed, context, opened),
          store: await openPart(store, context, opened),
          audit: await openPart(audit, context, opened),
        }
        const backend: OpenBackend = {
          ...parts,
          ...(sha256 === undefined ? {} : { sha256 }),
          authority: 'operator-keys',
          scope: feed.scope ?? '',
          secrets: context.secrets,
          warnings: () => Object.values(parts).flatMap((part) => part.warnings?.() ?? []),
          close: () => closeAll(opened),
        }
        return backend
      } catch (error) {
        await closeAll(opened).catch(() => {})
        throw error
      }
    },
  }
}

interface Closable {
  close(): Promise<void>
}

async function openPart<Port extends Closable>(
  source: PortSource<Port>,
  context: BackendContext,
  opened: Closable[],
): Promise<OpenPort<Port>> {
  const port = await source.open(context)
  opened.push(port)
  return port
}

/** Each is closed, also where another cannot be. */
async function closeAll(parts: readonly Closable[]): Promise<void> {
  const results = await Promise.allSettled(parts.map((part) => part.close()))
  for (const result of results) if (result.status === 'rejected') throw result.reason
}

function secretMissing(): ConfigurationError {
  return new ConfigurationError({
    code: 'secret_missing',
    path: 'secret',
    problem: 'has to be given where several instances share a backend',
    got: 'none',
    fix: 'Give every instance the same one: secret: process.env.COUNTERSIGN_SECRET, made once with openssl rand -base64 32.',
  })
}
