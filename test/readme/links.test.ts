// Links between the documents lead somewhere: to a file that is there, and to a heading that it has.
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, test } from 'vitest'
import { documents, ROOT } from './markdown-blocks.ts'

const links = documents().flatMap((file) =>
  [...textOf(file).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => ({ file, target })),
)

test.each(links.filter(({ target }) => !/^https?:/.test(target)))(
  '$file: $target is there',
  ({ file, target }) => {
    const [path = '', heading] = target.split('#')
    const found = path === '' ? file : normalize(join(dirname(file), path))
    expect(existsSync(join(ROOT, found)), found).toBe(true)
    if (heading !== undefined) expect(anchorsOf(found)).toContain(heading)
  },
)

test('there are links to look at', () => {
  expect(links.length).toBeGreaterThan(20)
})

/** As GitHub makes them. */
function anchorsOf(file: string): readonly string[] {
  return [...textOf(file).matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8')
}
