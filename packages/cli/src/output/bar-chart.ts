// Bars in a terminal: one a line, as long as its share of the largest.
import { printable } from './printable.ts'

export interface Bar {
  readonly name: string
  /** 0 or more. */
  readonly share: number
  readonly text: string
}

const WIDTH = 40
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉']

export function barChart(bars: readonly Bar[]): string {
  const most = Math.max(...bars.map(({ share }) => share), Number.MIN_VALUE)
  const width = Math.max(...bars.map(({ name }) => printable(name).length))
  return bars
    .map(({ name, share, text }) => {
      const bar = barOf(share / most).padEnd(WIDTH)
      return `  ${printable(name).padEnd(width)}  ${bar}  ${printable(text)}\n`
    })
    .join('')
}

/** What is more than nothing is never drawn as nothing. */
function barOf(share: number): string {
  const eighths = share > 0 ? Math.max(1, Math.round(share * WIDTH * 8)) : 0
  return `${'█'.repeat(Math.floor(eighths / 8))}${EIGHTHS[eighths % 8]}`
}
