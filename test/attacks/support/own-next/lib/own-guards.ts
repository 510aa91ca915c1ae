// The guards of the attacked app, on Next.
import { createGuard, fileBackend, type Guard, jwtIdentity } from '@countersign/next'
import {
  cookieIdentity,
  GUARDS,
  guardOptions,
  jwtOptions,
  type OwnGuard,
  type OwnKeys,
} from '../../../../attacks/support/own-guards.ts'

const { PORT = '3000', COUNTERSIGN_DATA = '.data', OWN_KEYS } = process.env

/** At a build, and in the shop alone, nobody has keys: then there are no guards of our own. */
export const guards: ReadonlyMap<string, Guard> = new Map(
  OWN_KEYS === undefined ? [] : GUARDS.map((name) => [name, ownGuard(name, JSON.parse(OWN_KEYS))]),
)

function ownGuard(name: OwnGuard, keys: OwnKeys): Guard {
  const jwt = jwtOptions(name, keys)
  return createGuard({
    ...guardOptions(name),
    identity: jwt ? jwtIdentity(jwt) : ({ headers }) => cookieIdentity(headers.get('cookie')),
    publicOrigin: `http://localhost:${PORT}`,
    backend: fileBackend(`${COUNTERSIGN_DATA}/${name}`),
  })
}
