// Long lists of the state as they were at one moment: copied by reference, and handed out a slice at a time.

export interface LongList<Element> {
  readonly length: number
  /** What lies from `from` to before `to`: of a list of lists that may be more than `to - from`. */
  slice(from: number, to: number): readonly Element[]
}

/** What is written of `Json`: its lists may be long ones. */
export type Copied<Json> = {
  readonly [Key in keyof Json]: Exclude<Json[Key], undefined> extends readonly (infer Element)[]
    ? LongList<Element>
    : Json[Key]
}

/** Much quicker than an array of pairs: what changes in the map afterwards is not in it. */
export function copyEntries<Key, Value>(
  map: ReadonlyMap<Key, Value>,
): LongList<readonly [Key, Value]> {
  const keys = [...map.keys()]
  const values = [...map.values()]
  return {
    length: keys.length,
    slice(from, to) {
      const some = values.slice(from, to)
      return keys.slice(from, to).map((key, index) => [key, some[index] as Value])
    },
  }
}

export function mapList<From, To>(
  list: LongList<From>,
  toElements: (element: From) => readonly To[],
): LongList<To> {
  return { length: list.length, slice: (from, to) => list.slice(from, to).flatMap(toElements) }
}

export function joinLists<Element>(lists: readonly LongList<Element>[]): LongList<Element> {
  return {
    length: lists.reduce((sum, { length }) => sum + length, 0),
    slice(from, to) {
      const found: Element[] = []
      let start = 0
      for (const list of lists) {
        const first = Math.max(from - start, 0)
        const last = Math.min(to - start, list.length)
        if (first < last) found.push(...list.slice(first, last))
        start += list.length
      }
      return found
    },
  }
}
