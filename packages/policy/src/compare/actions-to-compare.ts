// The actions that two policies can tell apart.
import type { CompiledPolicy } from '@countersign/core'
import { constantsIn, walk } from './facts-in.ts'

/** Declared ones; where a policy takes any name, one of each kind that a rule names, and one that none does. */
export function actionsToCompare(policies: readonly CompiledPolicy[]): readonly string[] {
  const names = new Set<string>()
  for (const { actions, rules } of policies) {
    if (actions !== 'any') for (const name of Object.keys(actions)) names.add(name)
    else {
      names.add('zz-other')
      for (const pattern of rules.flatMap((rule) => rule.actions))
        names.add(pattern.endsWith('*') ? `${pattern.slice(0, -1)}zz-other` : pattern)
      for (const tree of conditionTrees(policies))
        if (readsAction(tree)) for (const text of constantsIn([tree]).texts) names.add(text)
    }
  }
  return [...names].filter((name) => name !== '').sort()
}

type Tree = Parameters<typeof walk>[0]

export function conditionTrees(policies: readonly CompiledPolicy[]): readonly Tree[] {
  return policies.flatMap(({ rules, optOuts, segments }) =>
    [...rules, ...Object.values(optOuts), ...Object.values(segments)].flatMap(({ when }) =>
      when === undefined ? [] : [when.tree],
    ),
  )
}

export function readsAction(tree: Tree): boolean {
  let reads = false
  walk(tree, (part) => {
    if (part.op === 'fact' && part.path[0] === 'action') reads = true
  })
  return reads
}
