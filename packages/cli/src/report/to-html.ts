// A report as one page: no script, nothing loaded from anywhere, plots as SVG.
import { numeral } from '../output/percent.ts'
import { printable } from '../output/printable.ts'
import type { Block } from './blocks.ts'

export function toHtml(blocks: readonly Block[]): string {
  const title = blocks.find((block) => block.is === 'heading')
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${safe(title?.is === 'heading' ? title.text : 'Report')}</title>
<style>${STYLE}</style>
</head>
<body>
${blocks.map(html).join('\n')}
</body>
</html>
`
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
table{border-collapse:collapse;width:100%;margin:1rem 0}th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid #ccc}
svg{width:100%;height:auto}figcaption{font-weight:bold}.key{display:inline-block;width:.8em;height:.8em;margin:0 .3em 0 1em}`

/** Apart for those who do not tell colours by hue. */
const COLOURS = ['#4c78a8', '#f2b134', '#e4572e', '#444444']

function html(block: Block): string {
  switch (block.is) {
    case 'heading':
      return `<h${block.level}>${safe(block.text)}</h${block.level}>`
    case 'text':
      return `<p>${safe(block.text)}</p>`
    case 'table':
      return `<table><thead>${row('th', block.head)}</thead><tbody>${block.rows.map((one) => row('td', one)).join('')}</tbody></table>`
    case 'plot':
      return plot(block)
  }
}

function row(cell: 'th' | 'td', cells: readonly string[]): string {
  return `<tr>${cells.map((one) => `<${cell}>${safe(one)}</${cell}>`).join('')}</tr>`
}

const WIDTH = 900
const HEIGHT = 220
const FOOT = 20

/** Bars by day, one series on the other; each says its numbers to who points at it, or listens. */
function plot({ title, series, days }: Extract<Block, { is: 'plot' }>): string {
  const most = Math.max(1, ...days.map(({ counts }) => counts.reduce((a, b) => a + b, 0)))
  const step = WIDTH / Math.max(days.length, 1)
  const bars = days.map(({ day, counts }, index) => {
    let bottom = HEIGHT - FOOT
    const parts = counts.map((count, which) => {
      const height = (count / most) * (HEIGHT - FOOT)
      bottom -= height
      return `<rect x="${fixed(index * step)}" y="${fixed(bottom)}" width="${fixed(step * 0.85)}" height="${fixed(height)}" fill="${COLOURS[which % COLOURS.length]}"/>`
    })
    const told = series.map((name, which) => `${name} ${numeral(counts[which] ?? 0)}`).join(', ')
    return `<g><title>${safe(`${day}: ${told}`)}</title>${parts.join('')}</g>`
  })
  const [first, last] = [days[0]?.day ?? '', days.at(-1)?.day ?? '']
  const keys = series.map(
    (name, which) =>
      `<span class="key" style="background:${COLOURS[which % COLOURS.length]}"></span>${safe(name)}`,
  )
  return `<figure><figcaption>${safe(title)}, at most ${numeral(most)} a day</figcaption><p>${keys.join('')}</p>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${safe(title)}">${bars.join('')}<text x="0" y="${HEIGHT - 4}" font-size="14">${safe(first)}</text><text x="${WIDTH}" y="${HEIGHT - 4}" font-size="14" text-anchor="end">${safe(last)}</text></svg></figure>`
}

function fixed(length: number): string {
  return String(Math.round(length * 100) / 100)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function safe(text: string): string {
  return printable(text).replaceAll(/[&<>"']/g, (mark) => ENTITIES[mark] ?? mark)
}
