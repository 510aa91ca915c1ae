// What @countersign/testing exports, by name.
export { auditContract } from './audit-contract.ts'
export type { Harness, MakeHarness } from './contract-harness.ts'
export { type FakeClock, fakeClock } from './fake-clock.ts'
export { feedContract } from './feed-contract.ts'
export {
  type BrowserLikeClient,
  browserLikeClient,
  type SendOptions,
} from './guard-contract-client.ts'
export { storeContract } from './store-contract.ts'
