// Signs what loosens, where the backend asks for it (law 12). What tightens goes as it is.
import type { OperatorPrivateKey } from '../authority/operator-key.ts'
import type { Engine } from '../engine/engine.ts'
import { loosens } from '../state/check-authority.ts'
import type { FeedEvent } from '../state/feed-event.ts'
import { ActivationRefused } from './check-activation.ts'

/** @throws ActivationRefused `operator_key_missing`, `operator_key_not_listed`, `operator_key_unfit` */
export async function signChange<Event extends FeedEvent>(
  { authority, state }: Pick<Engine, 'authority' | 'state'>,
  event: Event,
  key: OperatorPrivateKey | undefined,
): Promise<Event> {
  if (authority === undefined || !loosens(event)) return event
  if (key === undefined)
    throw new ActivationRefused(
      'operator_key_missing',
      'On this backend what loosens has to be signed by an operator key. Give it: guard.operator.activate(policy, { by, why, key }).',
    )
  const listed = await authority.lists(key).catch(() => undefined)
  if (listed === false)
    throw new ActivationRefused(
      'operator_key_not_listed',
      'The key is not among the operatorKeys of the app, or was retired. List its public part in createGuard.',
    )
  const replaces = state.replacedBy(event)
  try {
    return await authority.sign({ ...event, replaces }, key)
  } catch {
    // never what the key was
    throw new ActivationRefused(
      'operator_key_unfit',
      'The key cannot sign: it has to be a private JWK on P-256 or Ed25519.',
    )
  }
}
