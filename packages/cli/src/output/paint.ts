// Colour, where a person looks: never in a file, a pipe, or against NO_COLOR.
import { styleText } from 'node:util'

export interface Paint {
  heading(text: string): string
  good(text: string): string
  bad(text: string): string
  quiet(text: string): string
}

export function createPaint(colour: boolean): Paint {
  const as = (style: Parameters<typeof styleText>[0]) => (text: string) =>
    colour ? styleText(style, text) : text
  return { heading: as('bold'), good: as('green'), bad: as('red'), quiet: as('dim') }
}
