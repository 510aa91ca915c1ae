// Laws 2, 4, 7, 9, 11, 12 and 13 over time: random sequences of activations, rollouts, promotions, aborts, rollbacks, recalls,
// switches, remembered devices and requests, against a model that fits on a page. A device saves from a step-up exactly while
// the policy that decides lists it, nothing suspends it, and no recall covers what it was given under; all decisions derive.
import {
  type CompiledPolicy,
  createDeriver,
  type Position,
  type SwitchTarget,
} from '@countersign/core'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { checkLaw, createTally } from './support/check-law.ts'
import { compile } from './support/policies.ts'
import { shopPolicy } from './support/shop-policy.ts'
import {
  type Browser,
  openWorld,
  outcomeOf,
  rememberedBrowser,
  signInAgain,
  type World,
} from './support/world.ts'

const BY = { by: 'law', why: 'to see' }
const TARGETS: readonly SwitchTarget[] = [
  'opt-outs',
  'opt-out:remembered',
  'opt-out:calm',
  'rule:tools',
  'rule:money',
  'segment:everyone',
  'threat-model:one',
  'threat:theft',
]
const REACHING = new Set(TARGETS.filter((one) => one !== 'opt-out:calm' && one !== 'rule:money'))

/** With opt-outs for the tools, and without. The device is an opt-out of both. */
const documents = [true, false].map((lenient) => ({
  ...shopPolicy,
  name: lenient ? 'lenient' : 'strict',
  threats: { theft: { about: 'a stolen cookie', optOuts: ['remembered'], controls: ['its end'] } },
  rules: shopPolicy.rules.map((rule) =>
    rule.id === 'tools' && !lenient ? { ...rule, optOuts: [] } : rule,
  ),
}))

type Step =
  | { readonly do: 'activate' | 'shadow' | 'roll out'; readonly policy: 0 | 1 }
  | { readonly do: 'promote' | 'remember' | 'ask' | 'freeze' }
  | { readonly do: 'abort' | 'rollback'; readonly recall: boolean }
  | { readonly do: 'recall'; readonly which: number }
  | { readonly do: 'suspend' | 'resume'; readonly target: SwitchTarget }

const policyIndex = fc.constantFrom<0 | 1>(0, 0, 0, 1)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constantFrom('activate', 'shadow', 'roll out'),
      policy: policyIndex,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom('promote', 'freeze') }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('remember', 'remember', 'ask') }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('abort', 'rollback'), recall: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('recall'), which: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('suspend', 'resume'),
      target: fc.constantFrom(...TARGETS),
    }),
  },
) as fc.Arbitrary<Step>

interface Given {
  readonly position: Position
  readonly policy: 0 | 1
  readonly to?: Position
  readonly rollout?: Position
}

/** What the laws say of it, and nothing else. */
interface Model {
  readonly history: Given[]
  readonly tried: Given[]
  rollout: (Given & { readonly decides: boolean }) | undefined
  readonly recalled: Set<Position>
  readonly suspended: Set<SwitchTarget>
  /** What the device of the browser was given under. */
  device: Position | undefined
}

let world: World | undefined
afterEach(async () => {
  await world?.close()
  world = undefined
})

test('a device saves from a step-up exactly while nothing took it back', async () => {
  const seen = createTally<'opt-out' | 'challenge' | 'recalled'>()
  await checkLaw(
    fc.array(step, { minLength: 5, maxLength: 18 }),
    async (steps) => {
      world = await openWorld({ guard: { policy: documents[0] as object } })
      const [first] = (await world.guard.operator.history()).activations
      const start = first?.activation ?? '0:0'
      const model: Model = {
        history: [{ position: start, policy: 0 }],
        ...{ tried: [], rollout: undefined, recalled: new Set(), suspended: new Set() },
        device: undefined,
      }
      let browser: Browser = await rememberedBrowser(world)
      model.device = start
      for (const one of steps) {
        if (one.do === 'remember') {
          browser = await rememberedBrowser(world)
          model.device = decidesNow(model).position
        } else if (one.do !== 'ask') await act(world, model, one)
        signInAgain(world, browser)
        const outcome = outcomeOf(await browser.check('admin.tool'))
        expect(outcome, JSON.stringify(one)).toBe(expected(model))
        seen.add(outcome as 'opt-out')
        if (model.device !== undefined && model.recalled.has(model.device)) seen.add('recalled')
      }
      await everyDecisionDerives(world)
      await world.close()
      world = undefined
    },
    120,
  )
  for (const name of ['opt-out', 'challenge', 'recalled'] as const)
    expect(seen.of(name), name).toBeGreaterThan(30)
}, 120_000)

function decidesNow({ rollout, history }: Model): Given {
  const active = history.at(-1) as Given
  return rollout?.decides ? rollout : active
}

function expected(model: Model): string {
  const lenient = decidesNow(model).policy === 0
  const taken = model.device === undefined || model.recalled.has(model.device)
  const off = [...model.suspended].some((target) => REACHING.has(target))
  return lenient && !taken && !off ? 'opt-out' : 'challenge'
}

async function act({ guard }: World, model: Model, one: Step): Promise<void> {
  const { operator } = guard
  const { history, rollout } = model
  const refused = (act: Promise<unknown>) => expect(act).rejects.toThrow()
  switch (one.do) {
    case 'activate': {
      const { activation } = await operator.activate(documents[one.policy] as object, BY)
      history.push({ position: activation, policy: one.policy })
      model.rollout = undefined
      return
    }
    case 'shadow':
    case 'roll out': {
      const plan = one.do === 'shadow' ? 'shadow' : [{ percent: 100 }]
      const begun = operator.rollout(documents[one.policy] as object, { ...BY, plan })
      if (rollout !== undefined) return refused(begun)
      const { rollout: position } = await begun
      model.rollout = { position, policy: one.policy, decides: one.do === 'roll out' }
      model.tried.push(model.rollout)
      return
    }
    case 'promote': {
      if (rollout === undefined) return refused(operator.promote(BY))
      const { activation } = await operator.promote(BY)
      history.push({ position: activation, policy: rollout.policy, rollout: rollout.position })
      model.rollout = undefined
      return
    }
    case 'freeze':
      if (rollout === undefined) return refused(operator.freeze(BY))
      await operator.freeze(BY)
      return
    case 'abort':
      if (rollout === undefined) return refused(operator.abort({ ...BY, recall: one.recall }))
      await operator.abort({ ...BY, recall: one.recall })
      if (one.recall) model.recalled.add(rollout.position)
      model.rollout = undefined
      return
    case 'rollback':
      return rollBack(operator, model, one.recall)
    case 'recall': {
      const all = [...history, ...model.tried]
      const chosen = all[one.which % all.length] as Given
      await operator.recall(chosen.position, BY)
      recall(model, chosen)
      return
    }
    case 'suspend':
      await operator.suspend(one.target, BY)
      model.suspended.add(one.target)
      return
    case 'resume':
      if (!model.suspended.delete(one.target)) return refused(operator.resume(one.target, BY))
      await operator.resume(one.target, BY)
      return
    default:
  }
}

async function rollBack(
  operator: World['guard']['operator'],
  model: Model,
  recalls: boolean,
): Promise<void> {
  const { history } = model
  const target = before(model)
  const rolled = operator.rollback({ ...BY, recall: recalls })
  if (target === undefined) {
    await expect(rolled).rejects.toThrow()
    return
  }
  const { activation } = await rolled
  const at = (position: Position) => Number(position.split(':')[1])
  if (recalls)
    for (const one of [...history, ...model.tried])
      if (at(one.position) > at(target.position)) recall(model, one)
  history.push({ position: activation, policy: target.policy, to: target.position })
  model.rollout = undefined
}

/** A rollback ends what is tried; else it goes to what was before, and a second one further back. */
function before({ history, rollout }: Model): Given | undefined {
  let source = history.at(-1)
  if (rollout !== undefined) return source
  while (source?.to !== undefined) {
    const { to } = source
    source = history.find(({ position }) => position === to)
  }
  return source === undefined ? undefined : history[history.indexOf(source) - 1]
}

function recall(model: Model, { position, rollout }: Given): void {
  model.recalled.add(position)
  if (rollout !== undefined) model.recalled.add(rollout)
}

async function everyDecisionDerives({ log }: World): Promise<void> {
  const derivers = new Map<string, ReturnType<typeof createDeriver>>(
    documents.map((document) => {
      const compiled: CompiledPolicy = compile(document).compiled
      return [compiled.revision, createDeriver(compiled)]
    }),
  )
  const decisions = (await log()).filter(({ type }) => type === 'decision')
  for (const entry of decisions)
    expect(derivers.get(String(entry['revision']))?.(entry), entry.id).toEqual({ is: 'same' })
}
