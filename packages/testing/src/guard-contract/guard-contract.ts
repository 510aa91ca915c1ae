// What every adapter's guard has to do, over real HTTP. Run it on an adapter of your own: `guardContract('mine', start)`.
import { afterAll, beforeAll, describe } from 'vitest'
import { cachingContract } from './caching-contract.ts'
import { challengeContract } from './challenge-contract.ts'
import { type GuardedApp, type StartGuardedApp, scenario } from './contract-app.ts'
import { decisionContract } from './decision-contract.ts'
import { deviceContract } from './device-contract.ts'
import { feedRouteContract } from './feed-route-contract.ts'
import { isolationContract } from './isolation-contract.ts'
import { originContract } from './origin-contract.ts'
import { refusalContract } from './refusal-contract.ts'
import { signInContract } from './sign-in-contract.ts'
import { streamingContract } from './streaming-contract.ts'

/** Routes that not every framework can have. */
export type GuardFeature =
  | 'nested'
  | 'caching'
  | 'streaming'
  | 'raw'
  | 'throwing'
  | 'prefilled'
  | 'any'

/** Parts of the contract; what only refuses, as a proxy or an edge middleware does, cannot keep all of them. */
export type GuardPart =
  | 'decisions'
  | 'refusals'
  | 'headers'
  | 'origins'
  | 'challenge'
  | 'devices'
  | 'isolation'
  | 'feed'

export interface GuardContractOptions {
  /** What is not asked for, each with the reason. */
  readonly without?: Readonly<Partial<Record<GuardFeature | GuardPart, string>>>
}

export interface ContractContext {
  origin(): string
  has(feature: GuardFeature): boolean
}

const PARTS: Readonly<Record<GuardPart, (context: ContractContext) => void>> = {
  decisions: decisionContract,
  refusals: refusalContract,
  headers(context) {
    cachingContract(context)
    streamingContract(context)
  },
  origins: originContract,
  challenge: challengeContract,
  devices: deviceContract,
  isolation: isolationContract,
  feed: feedRouteContract,
}

export function guardContract(
  name: string,
  start: StartGuardedApp,
  { without = {} }: GuardContractOptions = {},
): void {
  const has = (what: GuardFeature | GuardPart) => without[what] === undefined
  const parts = Object.entries(PARTS).filter(([part]) => has(part as GuardPart))

  function onApp(login: boolean, contracts: readonly ((context: ContractContext) => void)[]): void {
    let app: GuardedApp | undefined
    beforeAll(async () => {
      app = await start(scenario({ login }))
    })
    afterAll(async () => await app?.stop())
    const origin = () => {
      if (app === undefined) throw new Error('the app was not started')
      return app.origin
    }
    for (const contract of contracts) contract({ origin, has })
  }

  describe(`guard contract: ${name}`, () => {
    describe('with a login page', () => {
      const all = parts.map(([, contract]) => contract)
      onApp(true, [(context) => signInContract(context, '/login'), ...all])
    })
    describe('without a login page', () => {
      onApp(false, [(context) => signInContract(context, undefined)])
    })
  })
}
