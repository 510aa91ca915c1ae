// The operator keys that apps list, kept in the store for who operates beside them: a command folds the feed as the apps
// do. Sealed, or whoever may write to the server could list a key of their own for it.
import type { Json } from '../ports/json.ts'
import type { Store, StoreKey } from '../ports/store.ts'
import type { Sealer } from '../seal/create-sealer.ts'
import type { OperatorKey } from './operator-key.ts'

const KEY: StoreKey = ['operator-keys', '', 'listed']

export async function publishOperatorKeys(
  store: Store,
  sealer: Sealer,
  keys: readonly OperatorKey[],
): Promise<void> {
  const listed = JSON.parse(JSON.stringify(keys)) as Json
  await store.write(KEY, { sealed: await sealer.seal({ keys: listed }) }, 'any')
}

/** Those that an app with this secret listed last; `undefined` where none ever did. */
export async function readPublishedKeys(
  store: Store,
  sealer: Sealer,
): Promise<readonly OperatorKey[] | undefined> {
  const entry = await store.read(KEY)
  const { sealed } = (entry?.value ?? {}) as { readonly sealed?: unknown }
  if (typeof sealed !== 'string') return undefined
  const opened = (await sealer.open(sealed)) as
    | { readonly keys?: readonly OperatorKey[] }
    | undefined
  return opened?.keys
}
