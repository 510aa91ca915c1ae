// What tests have not seen of a policy, and how much they have.
import type { Branch } from '@countersign/policy'
import { printable } from '../output/printable.ts'

export function coverageWords(policy: string, branches: readonly Branch[]): string {
  const missed = branches.filter(({ seen }) => seen === 0)
  const lines = missed.map((branch) => `  never seen: ${printable(branchWords(branch))}`)
  return [`${printable(policy)}: ${shareWords(branches)}`, ...lines]
    .map((line) => `${line}\n`)
    .join('')
}

/** Such as `rules 8 of 9, opt-outs 4 of 4, conditions 3 of 4`. */
function shareWords(branches: readonly Branch[]): string {
  const groups: [string, (branch: Branch) => boolean][] = [
    ['rules', ({ of, atom }) => of === 'rule' && atom === undefined],
    ['opt-outs', ({ of, atom }) => of === 'opt-out' && atom === undefined],
    ['conditions', ({ atom }) => atom !== undefined],
  ]
  return groups
    .map(([name, isIn]) => {
      const all = branches.filter(isIn)
      return `${name} ${all.filter(({ seen }) => seen > 0).length} of ${all.length}`
    })
    .join(', ')
}

const RARE: Readonly<Record<Branch['can'], string>> = {
  'be met': 'is met',
  'be unmet': 'is not met',
  deny: 'denies',
  'not apply': 'does not apply',
  hold: 'holds',
  'not hold': 'does not hold',
  'be true': 'is true',
  'be false': 'is false',
}

function branchWords({ of, name, atom, can }: Branch): string {
  return atom === undefined ? `${of} ${name} ${RARE[can]}` : `${of} ${name}: ${atom} ${RARE[can]}`
}
