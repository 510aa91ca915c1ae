// A count-min sketch: how often each of any number of values was seen, in memory that does not grow. It never counts
// too little, which is the strict side: what many others show weighs more against a login.
import { createHash } from 'node:crypto'

export interface CountMin {
  count(value: string): number
  add(value: string): void
  /** All counts times `factor`: they fade. */
  scale(factor: number): void
  /** Adds another of the same size. */
  merge(other: CountMin): void
  readonly cells: Float32Array<ArrayBuffer>
}

const ROWS = 4

/** `width` cells a row: a count is too high by at most about e · n / width, but for one value in fifty. */
export function countMin(
  width: number,
  cells: Float32Array<ArrayBuffer> = new Float32Array(ROWS * width),
): CountMin {
  if (cells.length !== ROWS * width) throw new Error('a sketch is of another size')

  function cellsOf(value: string): number[] {
    const digest = createHash('sha256').update(value).digest()
    return Array.from(
      { length: ROWS },
      (_, row) => row * width + (digest.readUInt32LE(row * 4) % width),
    )
  }

  return {
    cells,
    count: (value) => Math.min(...cellsOf(value).map((cell) => cells[cell] as number)),
    add(value) {
      for (const cell of cellsOf(value)) cells[cell] = (cells[cell] as number) + 1
    },
    scale(factor) {
      for (let i = 0; i < cells.length; i++) cells[i] = (cells[i] as number) * factor
    },
    merge(other) {
      for (let i = 0; i < cells.length; i++)
        cells[i] = (cells[i] as number) + (other.cells[i] as number)
    },
  }
}

/** Base64 of all cells, or, while most are empty, of pairs. */
export function cellsToText(cells: Float32Array): string {
  const used: number[] = []
  for (let i = 0; i < cells.length; i++) if (cells[i] !== 0) used.push(i)
  if (used.length * 2 >= cells.length) return `full:${toBase64(cells)}`
  const pairs = new Float32Array(used.length * 2)
  used.forEach((cell, i) => {
    // exact: a Float32 holds whole numbers up to 2 ** 24
    pairs[2 * i] = cell
    pairs[2 * i + 1] = cells[cell] as number
  })
  return `pairs:${toBase64(pairs)}`
}

/** @throws for what `cellsToText` did not write */
export function cellsFromText(text: string, length: number): Float32Array<ArrayBuffer> {
  const [kind, base64 = ''] = text.split(':')
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'))
  if (bytes.length % 4 !== 0) throw new Error('a sketch is cut short')
  const read = new Float32Array(bytes.buffer)
  if (kind === 'full' && read.length === length) return read
  if (kind !== 'pairs' || read.length % 2 !== 0) throw new Error('a sketch is of another size')
  const cells = new Float32Array(length)
  for (let i = 0; i < read.length; i += 2) {
    const cell = read[i] as number
    if (!Number.isInteger(cell) || cell < 0 || cell >= length)
      throw new Error('a sketch is of another size')
    cells[cell] = read[i + 1] as number
  }
  return cells
}

function toBase64(numbers: Float32Array): string {
  return Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength).toString('base64')
}
