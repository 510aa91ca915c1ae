// The last event of a kind for each subject, in little memory: its numbers lie in columns, and no object is kept for each.
import { copyEntries, type LongList, mapList } from './long-list.ts'
import { readMinutes, toMinutes } from './retention.ts'

/** Where the event lies, as numbers: they are compared in every request. */
export interface SubjectEpoch {
  readonly generation: number
  readonly sequence: number
  /** By its writer's clock, in milliseconds since the epoch. */
  readonly at: number
}

/** `at` is absent in snapshots of releases that did not keep it. */
export type SubjectEpochsJson = readonly (readonly [
  subject: string,
  Omit<SubjectEpoch, 'at'> & { readonly at?: number; readonly keptUntil: number },
])[]

export interface SubjectEpochs {
  find(subject: string): SubjectEpoch | undefined
  /** In the place of what was there. */
  set(subject: string, epoch: SubjectEpoch, keptUntil: number): void
  drop(now: number): void
  copy(): LongList<SubjectEpochsJson[number]>
}

const FIRST_ROWS = 16
const GROWTH = 1.25
const NUMBERS = 3

export function createSubjectEpochs(json: SubjectEpochsJson = []): SubjectEpochs {
  /** By subject, in the order of folding. */
  const rowOf = new Map<string, number>()
  const free: number[] = []
  let used = 0
  let numbers = new Float64Array(FIRST_ROWS * NUMBERS)
  let minutes = new Uint32Array(FIRST_ROWS)

  function nextRow(): number {
    const row = free.pop()
    if (row !== undefined) return row
    if (used === minutes.length) {
      const rows = Math.ceil(used * GROWTH)
      const [before, ends] = [numbers, minutes]
      numbers = new Float64Array(rows * NUMBERS)
      numbers.set(before)
      minutes = new Uint32Array(rows)
      minutes.set(ends)
    }
    return used++
  }

  function read(row: number, from: Float64Array = numbers): SubjectEpoch {
    const start = row * NUMBERS
    return {
      generation: from[start] as number,
      sequence: from[start + 1] as number,
      at: from[start + 2] as number,
    }
  }

  function set(subject: string, epoch: SubjectEpoch, keptUntil: number): void {
    const row = rowOf.get(subject) ?? nextRow()
    // taken out and put back, so that the map stays in the order of folding
    rowOf.delete(subject)
    rowOf.set(subject, row)
    numbers.set([epoch.generation, epoch.sequence, epoch.at], row * NUMBERS)
    minutes[row] = toMinutes(keptUntil)
  }

  for (const [subject, { generation, sequence, at, keptUntil }] of json)
    set(subject, { generation, sequence, at: at ?? Number.NaN }, keptUntil)

  return {
    find(subject) {
      const row = rowOf.get(subject)
      return row === undefined ? undefined : read(row)
    },
    set,
    drop(now) {
      for (const [subject, row] of rowOf) {
        if (readMinutes(minutes[row] as number) > now) return
        rowOf.delete(subject)
        free.push(row)
      }
    },
    copy() {
      const [then, ends] = [numbers.slice(), minutes.slice()]
      return mapList(copyEntries(rowOf), ([subject, row]) => [
        [subject, { ...read(row, then), keptUntil: readMinutes(ends[row] as number) }] as const,
      ])
    },
  }
}
