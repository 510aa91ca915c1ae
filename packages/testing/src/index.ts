// What @countersign/testing exports, by name.
export { auditContract } from './audit-contract.ts'
export type { Harness, MakeHarness } from './contract-harness.ts'
export { type FakeClock, fakeClock } from './fake-clock.ts'
export { feedContract } from './feed-contract.ts'
export {
  type BrowserLikeClient,
  browserLikeClient,
  type SendOptions,
} from './guard-contract/browser-like-client.ts'
export {
  AGAIN,
  type ContractAnswer,
  type ContractLogin,
  contractAnswer,
  contractCors,
  contractIdentity,
  type GuardedApp,
  type GuardScenario,
  PREFILLED,
  SECRET_ERROR,
  type StartGuardedApp,
} from './guard-contract/contract-app.ts'
export {
  type GuardContractOptions,
  type GuardFeature,
  type GuardPart,
  guardContract,
} from './guard-contract/guard-contract.ts'
export { heldParts, heldStream, releaseParts } from './guard-contract/held-parts.ts'
export { storeContract } from './store-contract.ts'
