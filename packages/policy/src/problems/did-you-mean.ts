// The nearest of several names to a misspelt one.

/** Long texts are no misspellings, and comparing them would take quadratic time. */
const LONGEST_COMPARED = 64
const MOST_COMPARED = 500

/** The candidate that is at most two edits (a third of its length) away; undefined where none is. */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST_COMPARED) return undefined
  let best: string | undefined
  let bestDistance = Math.min(2, Math.ceil(word.length / 3)) + 1
  let compared = 0
  for (const candidate of candidates) {
    if (++compared > MOST_COMPARED) break
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase())
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** "did you mean x?" where one is near, else the list of what there is. */
export function suggestName(word: string, candidates: Iterable<string>): string {
  const all = [...candidates]
  const near = didYouMean(word, all)
  if (near !== undefined) return `did you mean ${near}?`
  if (all.length === 0) return 'there is none to name here'
  const shown = all.slice(0, 12).join(', ')
  return `write one of ${shown}${all.length > 12 ? ', …' : ''}`
}

/** Insertions, deletions, substitutions, and swaps of neighbours count one each. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let least = Math.min(substituted, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1)
      row.push(least)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
