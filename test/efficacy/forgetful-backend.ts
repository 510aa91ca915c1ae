// The memory backend without its log, and with Node's hash: half a year of decisions is more than a measurement has to keep.
import { type AuditRecord, type BackendSource, memoryBackend } from '@countersign/core'
import type { FakeClock } from '@countersign/testing'
import { sha256 } from '../../packages/node/src/sha256.ts'

export function forgetfulBackend(clock: FakeClock): BackendSource {
  const source = memoryBackend({ clock })
  return {
    ...source,
    async open(options) {
      const heads = new Map<string, Pick<AuditRecord, 'seq' | 'hash'>>()
      return {
        ...(await source.open(options)),
        sha256,
        audit: {
          async append(chain, batch) {
            const last = batch.at(-1)
            if (last !== undefined) heads.set(chain, { seq: last.seq, hash: last.hash })
          },
          head: async (chain) => heads.get(chain),
          async *read() {},
          close: async () => undefined,
        },
      }
    },
  }
}
