// Sessions or devices that were taken back, each of one subject, in little memory: one map, and no object for each.
import { copyEntries, type LongList, mapList } from './long-list.ts'
import { readMinutes, toMinutes } from './retention.ts'

/** By id. `next` was written by releases that kept two subjects with the same id together. */
export type RevokedIdsJson = readonly (readonly [id: string, RevokedId])[]

interface RevokedId {
  readonly subject: string
  /** Milliseconds since the epoch. */
  readonly keptUntil: number
  readonly next?: RevokedId
}

export interface RevokedIds {
  /** Another subject's with the same id is another one: two applications may number their sessions alike. */
  has(subject: string, id: string): boolean
  add(subject: string, id: string, keptUntil: number): void
  drop(now: number): void
  copy(): LongList<RevokedIdsJson[number]>
}

export function createRevokedIds(json: RevokedIdsJson = []): RevokedIds {
  /** In the order of adding. */
  const minutesOf = new Map<string, number>()

  function add(subject: string, id: string, keptUntil: number): void {
    const key = toKey(subject, id)
    if (!minutesOf.has(key)) minutesOf.set(key, toMinutes(keptUntil))
  }

  for (const [id, revoked] of json) {
    for (let one: RevokedId | undefined = revoked; one !== undefined; one = one.next)
      add(one.subject, id, one.keptUntil)
  }
  return {
    has: (subject, id) => minutesOf.size > 0 && minutesOf.has(toKey(subject, id)),
    add,
    drop(now) {
      for (const [key, minutes] of minutesOf) {
        if (readMinutes(minutes) > now) return
        minutesOf.delete(key)
      }
    },
    copy: () =>
      mapList(copyEntries(minutesOf), ([key, minutes]) => {
        const [subject, id] = readKey(key)
        return [[id, { subject, keptUntil: readMinutes(minutes) }] as const]
      }),
  }
}

/**
 * The length in front makes it plain where the subject ends, whatever is in it. Joined, it is one flat string; a template
 * would keep its parts too.
 */
function toKey(subject: string, id: string): string {
  return [subject.length, ':', subject, id].join('')
}

function readKey(key: string): [subject: string, id: string] {
  const start = key.indexOf(':') + 1
  const end = start + Number.parseInt(key, 10)
  return [key.slice(start, end), key.slice(end)]
}
