// A plot as SVG text: lines over two axes from 0 to 1, with what each is called.

export interface Line {
  readonly name: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
}

const WIDTH = 640
const HEIGHT = 400
const LEFT = 70
const BOTTOM = 50
const TOP = 40
const RIGHT = 150
const COLOURS = ['#0b5fff', '#d9480f', '#2b8a3e', '#862e9c']

export function curveSvg(
  title: string,
  xName: string,
  yName: string,
  lines: readonly Line[],
  xFrom = 0,
): string {
  const x = (value: number) =>
    round(LEFT + ((value - xFrom) / (1 - xFrom)) * (WIDTH - LEFT - RIGHT))
  const y = (value: number) => round(HEIGHT - BOTTOM - value * (HEIGHT - BOTTOM - TOP))
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((part) => {
    const at = xFrom + part * (1 - xFrom)
    return [
      `<path d="M${LEFT} ${y(part)}H${WIDTH - RIGHT}" stroke="#ddd"/>`,
      `<text x="${LEFT - 8}" y="${y(part) + 4}" text-anchor="end">${percent(part)}</text>`,
      `<path d="M${x(at)} ${TOP}V${HEIGHT - BOTTOM}" stroke="#ddd"/>`,
      `<text x="${x(at)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${percent(at)}</text>`,
    ]
  })
  const drawn = lines.flatMap(({ name, points }, i) => {
    const colour = COLOURS[i % COLOURS.length]
    const path = points
      .map((point, j) => `${j === 0 ? 'M' : 'L'}${x(point.x)} ${y(point.y)}`)
      .join('')
    return [
      `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`,
      `<text x="${WIDTH - RIGHT + 12}" y="${TOP + 20 + i * 20}" fill="${colour}">${escapeXml(name)}</text>`,
    ]
  })
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${escapeXml(title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="22" font-size="14">${escapeXml(title)}</text>`,
    ...grid,
    ...drawn,
    `<text x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 12}" text-anchor="middle">${escapeXml(xName)}</text>`,
    `<text transform="translate(18 ${(TOP + HEIGHT - BOTTOM) / 2}) rotate(-90)" text-anchor="middle">${escapeXml(yName)}</text>`,
    '</svg>',
    '',
  ].join('\n')
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

function percent(part: number): string {
  return `${Math.round(part * 1000) / 10} %`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
