// The attributes of the resource, around each constant and each limit; with an amount goes what was spent before it.
import type { AttributeDeclaration, Json, OptOut } from '@countersign/core'
import { allAtoms, atomsAbout } from './atoms-about.ts'
import { distinctOptions, type Options, type Search, SIDES, type Written } from './dimension.ts'
import { constantsIn, dimensionsIn } from './facts-in.ts'
import { askAtoms } from './probe.ts'
import { numberCandidates, textCandidates } from './value-candidates.ts'

type Allowance = Extract<OptOut, { readonly kind: 'allowance' }>
interface Named {
  readonly name: string
  readonly allowance: Allowance
}

/** A dimension for each attribute that anything reads. */
export function resourceOptions(search: Search): readonly Options[] {
  const allowances = SIDES.flatMap((side) =>
    Object.entries(search[side].optOuts).flatMap(([name, optOut]): Named[] =>
      optOut.kind === 'allowance' ? [{ name, allowance: optOut }] : [],
    ),
  )
  const read = allAtoms(search).flatMap(({ tree }) => [...dimensionsIn(tree)])
  const names = new Set([
    ...read.flatMap((one) => (one.startsWith('resource:') ? [one.slice('resource:'.length)] : [])),
    ...allowances.map(({ allowance }) => attributeOf(allowance)),
  ])
  return [...names].map((name) => {
    const counting = allowances.filter(({ allowance }) => attributeOf(allowance) === name)
    return attributeOptions(search, name, counting)
  })
}

function attributeOf({ of }: Allowance): string {
  return of.replace(/^resource\./, '')
}

function attributeOptions(search: Search, name: string, allowances: readonly Named[]): Options {
  const { atoms, crossing } = atomsAbout(search, `resource:${name}`)
  const declared = SIDES.flatMap((side) => declarationOf(search, side, name) ?? [])
  const limits = allowances.flatMap(({ allowance: { each, total } }) => [each, total])
  const trees = [...atoms, ...crossing].map(({ tree }) => tree)
  const values = declared.flatMap((declaration) => candidatesOf(declaration, trees, limits))
  const options = [...values, { is: 'unknown' }].map((value) => ({ resource: { [name]: value } }))
  const tell = (side: 'live' | 'candidate') => {
    const truths = askAtoms(search[side].policy, atoms)
    return (facts: Parameters<typeof truths>[0]) => {
      const fact = facts.resource[name]
      const known = fact?.is === 'known' ? fact.value : undefined
      return [
        truths(facts),
        known === undefined,
        // a negative amount is none to an allowance
        limits.map((limit) => typeof known === 'number' && [known < 0, known <= limit]),
        crossing.length === 0 ? [] : known,
      ]
    }
  }
  const found = distinctOptions(search, options, {
    live: tell('live'),
    candidate: tell('candidate'),
  })
  return allowances.length === 0
    ? found
    : found.flatMap((option) => withSpent(option, name, allowances))
}

function declarationOf(
  { live, candidate, action }: Search,
  side: 'live' | 'candidate',
  name: string,
): AttributeDeclaration | undefined {
  const { actions } = (side === 'live' ? live : candidate).policy
  return actions === 'any' ? undefined : actions[action]?.resource[name]
}

function candidatesOf(
  declaration: AttributeDeclaration,
  trees: Parameters<typeof constantsIn>[0],
  limits: readonly number[],
): readonly Json[] {
  const constants = constantsIn(trees)
  switch (declaration.type) {
    case 'boolean':
      return [true, false]
    case 'string': {
      const { enum: only = [], minLength = 0, maxLength } = declaration
      const long = maxLength === undefined ? [] : ['y'.repeat(maxLength), 'y'.repeat(maxLength + 1)]
      return [...only, ...textCandidates(constants), 'y'.repeat(minLength), ...long]
    }
    default: {
      const { minimum, maximum, enum: only = [] } = declaration
      const bounds = [minimum, maximum].flatMap((bound) => bound ?? [])
      const points = [...only, ...constants.numbers, ...limits, ...bounds]
      return [...only, ...numberCandidates(points, declaration.type === 'integer')]
    }
  }
}

/** Nothing; one use, with every total that leaves room for this amount in fewer of the policies; and every count. */
function withSpent(option: Written, name: string, allowances: readonly Named[]): Options {
  const amount = (option['resource'] as Readonly<Record<string, Json>>)[name]
  if (typeof amount !== 'number' || amount < 0) return [option]
  const names = [...new Set(allowances.map((one) => one.name))]
  return names.reduce<Options>(
    (all, optOut) => {
      const own = allowances.filter((one) => one.name === optOut).map(({ allowance }) => allowance)
      const step = Number.isInteger(amount) ? 1 : 0.01
      const totals = own.map(({ total }) => Math.max(0, total - amount) + step)
      const counts = own.map(({ count }) => count)
      const spent = [
        ...totals.map((total) => ({ total, count: 1 })),
        ...counts.map((count) => ({ total: 0, count })),
        ...totals.flatMap((total) => counts.map((count) => ({ total, count }))),
      ]
      const distinct = new Map(
        spent.map((one) => [
          own
            .map(({ total, count }) => one.total + amount <= total && one.count + 1 <= count)
            .join(),
          one,
        ]),
      )
      // where all have room nothing need be spent
      distinct.delete(own.map(() => true).join())
      return all.flatMap((before) => [
        before,
        ...[...distinct.values()].map((one) => ({
          ...before,
          spent: { ...(before['spent'] as Written | undefined), [optOut]: one },
        })),
      ])
    },
    [option],
  )
}
