// The claims whose absence makes a condition false where their presence alone may make it true.
import type { Tree } from './expression-text.ts'

/** By `has(subject.claims.x)` where it asks for presence. In the order of the text. */
export function claimsThatFree(tree: Tree): readonly string[] {
  const asked = new Set<string>()
  collect(tree, true, asked)
  return [...asked].filter((claim) => truthWithout(tree, claim) === false)
}

/** Claims that are asked for under an even number of negations. */
function collect(tree: Tree, wanted: boolean, asked: Set<string>): void {
  switch (tree.op) {
    case 'and':
    case 'or':
      for (const part of tree.args) collect(part, wanted, asked)
      return
    case 'not':
      collect(tree.of, !wanted, asked)
      return
    case 'has-fact':
      if (wanted && tree.path[0] === 'claim') asked.add(tree.path[1])
      return
    default:
  }
}

/** With this claim absent and nothing else known. */
function truthWithout(tree: Tree, claim: string): boolean | undefined {
  switch (tree.op) {
    case 'literal':
      return typeof tree.value === 'boolean' ? tree.value : undefined
    case 'not': {
      const truth = truthWithout(tree.of, claim)
      return truth === undefined ? undefined : !truth
    }
    case 'and':
    case 'or': {
      const decisive = tree.op === 'or'
      const truths = tree.args.map((part) => truthWithout(part, claim))
      if (truths.includes(decisive)) return decisive
      return truths.includes(undefined) ? undefined : !decisive
    }
    case 'has-fact':
      return tree.path[0] === 'claim' && tree.path[1] === claim ? false : undefined
    default:
      return undefined
  }
}
