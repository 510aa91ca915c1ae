// A report as Markdown. What comes from people and policies cannot leave its cell, or be markup.
import { printable } from '../output/printable.ts'
import type { Block } from './blocks.ts'

export function toMarkdown(blocks: readonly Block[]): string {
  return `${blocks.map(markdown).join('\n\n')}\n`
}

function markdown(block: Block): string {
  switch (block.is) {
    case 'heading':
      return `${'#'.repeat(block.level)} ${plain(block.text)}`
    case 'text':
      return plain(block.text)
    case 'table':
      return table(block.head, block.rows)
    case 'plot':
      return `**${plain(block.title)}**\n\n${table(
        ['day', ...block.series],
        block.days.map(({ day, counts }) => [day, ...counts.map(String)]),
      )}`
  }
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(plain).join(' | ')} |`
  return [line(head), `| ${head.map(() => '---').join(' | ')} |`, ...rows.map(line)].join('\n')
}

function plain(text: string): string {
  return printable(text).replaceAll(/[\\`*_[\]<>|&#]/g, (mark) => `\\${mark}`)
}
