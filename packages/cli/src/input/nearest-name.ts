// "Did you mean …?": the name that a misspelt one most likely stands for.

/** The name that `word` begins, or that is at most two edits away; `undefined` where none is. */
export function nearestName(word: string, names: readonly string[]): string | undefined {
  if (word.length < 2 || word.length > 40) return undefined
  const begun = names.filter((name) => name.startsWith(word))
  if (begun.length === 1) return begun[0]
  const most = word.length < 5 ? 1 : 2
  const [best] = names
    .map((name) => ({ name, distance: edits(word, name) }))
    .filter(({ distance }) => distance <= most)
    .sort((a, b) => a.distance - b.distance)
  return best?.name
}

/** Letters put in, taken out, replaced, or swapped with their neighbour. */
function edits(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY
  for (let i = 1; i <= a.length; i++) {
    rows.push([i])
    for (let j = 1; j <= b.length; j++) {
      const replaced = at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swapped =
        a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? at(i - 2, j - 2) + 1 : replaced
      rows[i]?.push(Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, replaced, swapped))
    }
  }
  return at(a.length, b.length)
}
