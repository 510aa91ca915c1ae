// What @countersign/testing exports, by name.
export { auditContract } from './audit-contract.ts'
export type { Harness, MakeHarness } from './contract-harness.ts'
export { type FakeClock, fakeClock } from './fake-clock.ts'
export { feedContract } from './feed-contract.ts'
export { storeContract } from './store-contract.ts'
