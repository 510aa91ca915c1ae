// Live signals by code and by the name that they are about, in little memory: most names have one.
import type { LiveSignal } from './live-signals.ts'
import { copyEntries, joinLists, type LongList, mapList } from './long-list.ts'

/** Who said it of whom: two subjects may have sessions or devices of one name, and each source answers for what it said. */
export interface Teller {
  readonly source?: string | undefined
  readonly subject?: string | undefined
}

export interface SignalsByName {
  find(code: string, name: string | undefined): readonly LiveSignal[]
  /** The one that a signal by the same teller takes the place of. */
  findOf(code: string, name: string, teller: Teller): LiveSignal | undefined
  put(code: string, name: string, signal: LiveSignal): void
  remove(code: string, name: string, teller: Teller): void
  /** Looks at a few, going on where it stopped, and drops those that ended by `before`. */
  sweep(before: number): void
  copy(): LongList<readonly [name: string, code: string, signal: LiveSignal]>
}

/** One signal as it is: an array for each would take more memory than the signal. */
type Told = LiveSignal | readonly LiveSignal[]

const SWEPT_AT_ONCE = 256
const NONE: readonly LiveSignal[] = []

export function createSignalsByName(): SignalsByName {
  const codes = new Map<string, Map<string, Told>>()
  let sweeping = everyName(codes)

  function find(code: string, name: string | undefined): readonly LiveSignal[] {
    if (name === undefined || codes.size === 0) return NONE
    return toList(codes.get(code)?.get(name))
  }

  function replace(code: string, name: string, teller: Teller, by: readonly LiveSignal[]): void {
    const others = find(code, name).filter((one) => !isBySame(one, teller))
    const told = [...others, ...by]
    const [only] = told
    if (only === undefined) {
      codes.get(code)?.delete(name)
      return
    }
    let names = codes.get(code)
    if (names === undefined) {
      names = new Map()
      codes.set(code, names)
    }
    names.set(name, told.length === 1 ? only : told)
  }

  return {
    find,
    findOf: (code, name, teller) => find(code, name).find((one) => isBySame(one, teller)),
    put: (code, name, signal) => replace(code, name, signal, [signal]),
    remove: (code, name, teller) => replace(code, name, teller, []),
    sweep(before) {
      for (let looked = 0; looked < SWEPT_AT_ONCE; looked++) {
        const next = sweeping.next()
        if (next.done === true) {
          sweeping = everyName(codes)
          return
        }
        const [code, name, told] = next.value
        if (toList(told).every(({ until }) => until <= before)) codes.get(code)?.delete(name)
      }
    },
    copy: () =>
      joinLists(
        [...codes].map(([code, names]) =>
          mapList(copyEntries(names), ([name, told]) =>
            toList(told).map((signal) => [name, code, signal] as const),
          ),
        ),
      ),
  }
}

function toList(told: Told | undefined): readonly LiveSignal[] {
  if (told === undefined) return NONE
  return isList(told) ? told : [told]
}

function isList(told: Told): told is readonly LiveSignal[] {
  return Array.isArray(told)
}

function isBySame(a: Teller, b: Teller): boolean {
  return a.source === b.source && a.subject === b.subject
}

/** A map's iterator bears deletions, and sees what is added. */
function* everyName(
  codes: ReadonlyMap<string, ReadonlyMap<string, Told>>,
): Generator<readonly [code: string, name: string, told: Told]> {
  for (const [code, names] of codes) for (const [name, told] of names) yield [code, name, told]
}
