// The known name that a misspelt one most likely stands for.

/** Long texts are no misspellings, and comparing them would take quadratic time (T52). */
const LONGEST_COMPARED = 64
const MOST_COMPARED = 500

/**
 * The one known name that `written` begins, else the nearest that is at most two edits away, or one for a word of fewer
 * than five letters; undefined where none is near enough to be worth a guess. Case, hyphens and underscores do not count.
 */
export function didYouMean(written: string, known: Iterable<string>): string | undefined {
  if (written.length > LONGEST_COMPARED) return undefined
  const word = fold(written)
  const begun: string[] = []
  let nearest: string | undefined
  let least = (word.length < 5 ? 1 : 2) + 1
  let compared = 0
  for (const name of known) {
    if (++compared > MOST_COMPARED) break
    const folded = fold(name)
    if (word.length > 1 && folded.startsWith(word)) begun.push(name)
    if (Math.abs(folded.length - word.length) >= least) continue
    const distance = editDistance(word, folded)
    if (distance < least) {
      least = distance
      nearest = name
    }
  }
  return begun.length === 1 ? begun[0] : nearest
}

/** `newDevice`, `new_device` and `new-device` are the same name to whoever mistypes it. */
function fold(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase()
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
