// Sets of code points as ranges in order: first, last, first, last, …

export type Ranges = readonly number[]

const LAST = 0x10ffff

export const DIGITS: Ranges = [0x30, 0x39]
export const WORD: Ranges = [0x30, 0x39, 0x41, 0x5a, 0x5f, 0x5f, 0x61, 0x7a]
/** RE2's `\s`: without the vertical tab. */
export const SPACE: Ranges = [0x09, 0x0a, 0x0c, 0x0d, 0x20, 0x20]
export const ANY: Ranges = [0, LAST]
export const NOT_NEWLINE: Ranges = [0, 0x09, 0x0b, LAST]

/** Sorted, without overlaps and gaps of nothing. */
export function unite(ranges: Ranges): Ranges {
  const pairs: [number, number][] = []
  for (let at = 0; at < ranges.length; at += 2) {
    pairs.push([ranges[at] as number, ranges[at + 1] as number])
  }
  pairs.sort(([a], [b]) => a - b)
  const united: number[] = []
  for (const [first, last] of pairs) {
    const end = united.at(-1)
    if (end !== undefined && first <= end + 1) united[united.length - 1] = Math.max(end, last)
    else united.push(first, last)
  }
  return united
}

/** Of ranges that are united. */
export function invert(ranges: Ranges): Ranges {
  const inverted: number[] = []
  let next = 0
  for (let at = 0; at < ranges.length; at += 2) {
    const first = ranges[at] as number
    if (first > next) inverted.push(next, first - 1)
    next = (ranges[at + 1] as number) + 1
  }
  if (next <= LAST) inverted.push(next, LAST)
  return inverted
}

/** Both cases of each ASCII letter, with the two letters beyond ASCII that fold to one of them (RE2 folds by Unicode). */
export function foldCase(ranges: Ranges): Ranges {
  const folded = [...ranges]
  for (let lower = 0x61; lower <= 0x7a; lower++) {
    const upper = lower - 0x20
    const others = lower === 0x6b ? [KELVIN] : lower === 0x73 ? [LONG_S] : []
    const family = [lower, upper, ...others]
    if (family.some((code) => includes(ranges, code))) {
      for (const code of family) folded.push(code, code)
    }
  }
  return unite(folded)
}

const KELVIN = 0x212a
const LONG_S = 0x017f

function includes(ranges: Ranges, code: number): boolean {
  for (let at = 0; at < ranges.length; at += 2) {
    if (code >= (ranges[at] as number) && code <= (ranges[at + 1] as number)) return true
  }
  return false
}
