import { createGuard, fileBackend, type Guard } from '@countersign/next'
import {
  CONTRACT_POLICY,
  contractIdentity,
} from '../../../../packages/testing/src/guard-contract/contract-app.ts'
import { startedWith } from './scenario.ts'

const { options, origin, dataDirectory } = startedWith() ?? {
  options: { policy: CONTRACT_POLICY },
  origin: undefined,
  dataDirectory: 'never-opened-at-a-build',
}

export const guard: Guard = createGuard({
  ...options,
  publicOrigin: origin,
  handlerPath: '/countersign',
  backend: fileBackend(dataDirectory),
  identity: ({ headers }) => contractIdentity(headers.get('cookie')),
})
