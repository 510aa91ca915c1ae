// What every adapter's guard has to do, over real HTTP. Run it on an adapter of your own: `guardContract('mine', start)`.
import { afterAll, beforeAll, describe } from 'vitest'
import { cachingContract } from './caching-contract.ts'
import { challengeContract } from './challenge-contract.ts'
import { type GuardedApp, type StartGuardedApp, scenario } from './contract-app.ts'
import { decisionContract } from './decision-contract.ts'
import { deviceContract } from './device-contract.ts'
import { isolationContract } from './isolation-contract.ts'
import { refusalContract } from './refusal-contract.ts'
import { signInContract } from './sign-in-contract.ts'

/** What some framework cannot express; everything else is asked of all. */
export type GuardFeature = 'nested' | 'caching' | 'streaming' | 'raw' | 'throwing' | 'prefilled'

export interface GuardContractOptions {
  /** Features that are not asked for, each with the reason. */
  readonly without?: Readonly<Partial<Record<GuardFeature, string>>>
}

export interface ContractContext {
  origin(): string
  has(feature: GuardFeature): boolean
}

export function guardContract(
  name: string,
  start: StartGuardedApp,
  { without = {} }: GuardContractOptions = {},
): void {
  const has = (feature: GuardFeature) => without[feature] === undefined

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
      onApp(true, [
        (context) => signInContract(context, '/login'),
        decisionContract,
        refusalContract,
        cachingContract,
        challengeContract,
        deviceContract,
        isolationContract,
      ])
    })
    describe('without a login page', () => {
      onApp(false, [(context) => signInContract(context, undefined)])
    })
  })
}
