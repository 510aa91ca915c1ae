// Snapshots on shared backends bear a MAC by a key of the guard's secret: whoever may write to the server could else put
// a state of their own in the place of all signed events.
import { deriveSnapshotKeys } from '../seal/derive-keys.ts'

export interface SnapshotSeal {
  seal(state: Uint8Array): Promise<Uint8Array>
  /** @throws SnapshotRefused where none of the secrets sealed it, for this deployment */
  open(sealed: Uint8Array): Promise<Uint8Array>
}

/** The snapshot that the backend gave was not written by an instance of this deployment. */
export class SnapshotRefused extends Error {
  override readonly name = 'SnapshotRefused'
}

const MAGIC = new TextEncoder().encode('countersign/snapshot/1\n')
const MAC_BYTES = 32

export async function createSnapshotSeal(
  secrets: readonly string[],
  scope: string,
): Promise<SnapshotSeal> {
  const keys = await deriveSnapshotKeys(secrets, scope)
  const [newest] = keys
  if (newest === undefined) throw new Error('snapshots need at least one secret')
  return {
    async seal(state) {
      const mac = new Uint8Array(await crypto.subtle.sign('HMAC', newest, own(state)))
      const sealed = new Uint8Array(MAGIC.length + MAC_BYTES + state.length)
      sealed.set(MAGIC)
      sealed.set(mac, MAGIC.length)
      sealed.set(state, MAGIC.length + MAC_BYTES)
      return sealed
    },
    async open(sealed) {
      const mac = own(sealed.subarray(MAGIC.length, MAGIC.length + MAC_BYTES))
      const state = own(sealed.subarray(MAGIC.length + MAC_BYTES))
      if (MAGIC.every((byte, index) => sealed[index] === byte))
        for (const key of keys)
          if (await crypto.subtle.verify('HMAC', key, mac, state)) return state
      throw new SnapshotRefused(
        'the snapshot of the feed was not written with a secret of this guard, or was changed since',
      )
    },
  }
}

/** Web Crypto takes no view of shared memory. */
function own(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>
}
