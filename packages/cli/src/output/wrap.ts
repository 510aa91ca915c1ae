// Text in lines that a terminal does not have to break.

const WIDTH = 80

/** At most 80 columns, each line indented; ends with a line break. */
export function wrap(text: string, indent = 0): string {
  return fold(text, WIDTH - indent)
    .map((line) => `${' '.repeat(indent)}${line}\n`)
    .join('')
}

/** Folds a line at 100 columns; what goes on hangs `hang` columns further in than it begins. */
export function hanging(line: string, hang: number): string[] {
  const text = line.trimStart()
  const indent = line.length - text.length
  const [first = '', ...rest] = fold(text, WIDE - indent)
  if (rest.length === 0) return [line]
  const after = fold(text.slice(first.length + 1), WIDE - indent - hang)
  return [
    `${' '.repeat(indent)}${first}`,
    ...after.map((one) => `${' '.repeat(indent + hang)}${one}`),
  ]
}

const WIDE = 100

function fold(text: string, width: number): string[] {
  const lines: string[] = []
  let line: string | undefined
  for (const word of text.split(' ')) {
    if (line !== undefined && line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else line = line === undefined ? word : `${line} ${word}`
  }
  return [...lines, line ?? '']
}
