// Who may loosen on this backend, and by which keys that is known.
import { createEventAuthority, type EventAuthority } from '../authority/create-event-authority.ts'
import {
  type OperatorKey,
  type OperatorPrivateKey,
  publicPartOf,
} from '../authority/operator-key.ts'
import { publishOperatorKeys, readPublishedKeys } from '../authority/published-keys.ts'
import { ConfigurationError } from '../configuration-error.ts'
import type { OpenBackend } from '../ports/backend.ts'
import type { Logger } from '../ports/logger.ts'
import { createSealer } from '../seal/create-sealer.ts'

/** An app lists the keys; who operates beside it takes the app's list, and brings a key to sign with. */
export type OperatorKeysOption =
  | { readonly is: 'listed'; readonly keys: readonly OperatorKey[] }
  | { readonly is: 'published'; readonly key: OperatorPrivateKey | undefined }

/** `undefined`: whoever may append may loosen. @throws ConfigurationError `operator_keys_missing`, `operator_key_not_listed` */
export async function openAuthority(
  backend: OpenBackend,
  option: OperatorKeysOption,
  logger: Logger,
): Promise<EventAuthority | undefined> {
  const listed = option.is === 'listed' ? option.keys : []
  if (backend.authority === 'machine') {
    if (listed.length > 0)
      logger.info(
        {},
        'operatorKeys are not asked for on this backend: who may write to its control socket may loosen',
      )
    return undefined
  }
  const { secrets, scope = '', store } = backend
  const sealer = await createSealer(secrets, 'operator-keys')
  if (option.is === 'published') {
    const own = option.key === undefined ? [] : [publicPartOf(option.key)]
    // before an app ever ran there is only what the operator brings
    const keys = (await readPublishedKeys(store, sealer)) ?? own
    return createEventAuthority({ keys, secrets, scope })
  }
  if (listed.length === 0) throw keysMissing()
  const authority = await createEventAuthority({ keys: listed, secrets, scope })
  // decisions do without it
  await publishOperatorKeys(store, sealer, listed).catch((error: unknown) =>
    logger.warn({ err: error }, 'the operator keys could not be told to the countersign command'),
  )
  return authority
}

function keysMissing(): ConfigurationError {
  return new ConfigurationError({
    code: 'operator_keys_missing',
    path: 'operatorKeys',
    problem: 'must list at least one key: on a shared backend what loosens has to be signed',
    got: 'none',
    fix: 'Make a pair on Ed25519 or P-256, list the public JWK here, and keep the private one with its operator.',
  })
}
