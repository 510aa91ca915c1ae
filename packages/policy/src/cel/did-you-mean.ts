// The known name that was probably meant.

/** The nearest of the names, or undefined where none is near enough to be worth a guess. */
export function didYouMean(written: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(written.length / 3)) + 1
  for (const name of known) {
    const distance = editDistance(fold(written), fold(name))
    if (distance < least) {
      least = distance
      best = name
    }
  }
  return best
}

/** `newDevice`, `new_device` and `new-device` are the same name to whoever mistypes it. */
function fold(name: string): string {
  return name.replace(/[-_]/g, '').toLowerCase().slice(0, 64)
}

/** Levenshtein's, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? 0
}
