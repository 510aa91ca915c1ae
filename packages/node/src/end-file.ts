// Where a log ends, kept apart from the log and under a MAC: so a tail that was cut off shows. Two slots are written in
// turn, so that a crash in the middle of a write leaves the other one.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { codeOf, FILE_MODE, syncDirectory, writeAll } from './durable-files.ts'

export type ReadEnd<T> =
  | { readonly is: 'missing' }
  /** Something is there, and none of the keys made it. */
  | { readonly is: 'unverified'; readonly end: T | undefined }
  | { readonly is: 'verified'; readonly end: T }

const SLOT_BYTES = 512

/** The key for one secret, apart from all other uses of that secret. */
export function endKey(secret: string): Buffer {
  return createHmac('sha256', secret).update('countersign log end v1').digest()
}

/** Reads the newest slot that verifies. `name` is the log's: one log's end does not pass as another's. */
export async function readEnd<T>(
  path: string,
  name: string,
  keys: readonly Buffer[],
): Promise<ReadEnd<T>> {
  const slots = await readSlots<T>(path)
  if (slots === undefined) return { is: 'missing' }
  const verified = newest(slots.filter((slot) => keys.some((key) => isMadeBy(key, name, slot))))
  if (verified !== undefined) return { is: 'verified', end: verified.end }
  return { is: 'unverified', end: newest(slots)?.end }
}

export interface EndFile<T> {
  /** Resolves once it is handed to the system: a killed process loses nothing. One call at a time. */
  write(end: T): Promise<void>
  /** Durable, across a loss of power too. */
  sync(): Promise<void>
  close(): Promise<void>
}

/** Opens the file for writing, and makes it where it is missing. */
export async function openEndFile<T>(path: string, name: string, key: Buffer): Promise<EndFile<T>> {
  let count = newest((await readSlots<T>(path)) ?? [])?.count ?? 0
  const file = await openOrMake(path)
  await syncDirectory(dirname(path))
  return {
    async write(end) {
      count += 1
      const json = JSON.stringify({ count, end, mac: macOf(key, name, count, end) })
      const slot = Buffer.from(`${json.padEnd(SLOT_BYTES - 1)}\n`)
      if (slot.length !== SLOT_BYTES) throw new Error(`the end of ${name} does not fit its slot`)
      await writeAll(file, slot, (count % 2) * SLOT_BYTES)
    },
    sync: () => file.datasync(),
    close: () => file.close(),
  }
}

async function openOrMake(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
    return open(path, 'wx+', FILE_MODE)
  }
}

interface Slot<T> {
  /** How often the file was written: the higher one is newer. */
  readonly count: number
  readonly end: T
  readonly mac: string
}

/** `undefined` where there is no file, or an empty one. */
async function readSlots<T>(path: string): Promise<Slot<T>[] | undefined> {
  const bytes = await readFile(path).catch((error) => {
    if (codeOf(error) === 'ENOENT') return Buffer.alloc(0)
    throw error
  })
  if (bytes.length === 0) return undefined
  return [0, SLOT_BYTES].flatMap((at) => readSlot<T>(bytes.subarray(at, at + SLOT_BYTES)) ?? [])
}

function readSlot<T>(bytes: Buffer): Slot<T> | undefined {
  try {
    const { count, end, mac } = JSON.parse(bytes.toString('utf8')) as Slot<T>
    return Number.isSafeInteger(count) ? { count, end, mac: String(mac) } : undefined
  } catch {
    return undefined
  }
}

function newest<T>(slots: readonly Slot<T>[]): Slot<T> | undefined {
  return [...slots].sort((a, b) => b.count - a.count)[0]
}

function isMadeBy<T>(key: Buffer, name: string, { count, end, mac }: Slot<T>): boolean {
  const given = Buffer.from(mac, 'hex')
  const due = Buffer.from(macOf(key, name, count, end), 'hex')
  return given.length === due.length && timingSafeEqual(given, due)
}

function macOf<T>(key: Buffer, name: string, count: number, end: T): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([name, count, end]))
    .digest('hex')
}
