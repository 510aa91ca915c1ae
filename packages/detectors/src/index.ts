// What @countersign/detectors exports, by name.
export { type AmountVelocityOptions, amountVelocity } from './detect-amount-velocity.ts'
export { type AnonymousNetworkOptions, anonymousNetwork } from './detect-anonymous-network.ts'
export { type DormantAccountOptions, dormantAccount } from './detect-dormant-account.ts'
export { type FailedChallengesOptions, failedChallenges } from './detect-failed-challenges.ts'
export { type ImpossibleTravelOptions, impossibleTravel } from './detect-impossible-travel.ts'
export { type IpChangeOptions, ipChange } from './detect-ip-change.ts'
export { type ListedAddressOptions, listedAddress } from './detect-listed-address.ts'
export { type NewNetworkOptions, newNetwork } from './detect-new-network.ts'
export { type SessionAgeOptions, sessionAge } from './detect-session-age.ts'
export { type UnfamiliarLoginOptions, unfamiliarLogin } from './detect-unfamiliar-login.ts'
export { type UnusualHourOptions, unusualHour } from './detect-unusual-hour.ts'
export { userAgentChange } from './detect-user-agent-change.ts'
export {
  createLoginHistory,
  type LoginHistory,
  type LoginHistoryOptions,
} from './login/login-history.ts'
export { createGeography, type GeographyOptions } from './network/create-geography.ts'
export type { Geography, Hiding, Network, Place } from './network/network.ts'
