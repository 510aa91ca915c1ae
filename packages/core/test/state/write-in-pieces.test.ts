import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyEntries, joinLists, mapList } from '../../src/state/long-list.ts'
import { writeInPieces } from '../../src/state/write-in-pieces.ts'

async function written(json: object): Promise<string> {
  return new TextDecoder().decode(await writeInPieces(json))
}

describe('writeInPieces', () => {
  test('writes what JSON.stringify would', () =>
    fc.assert(
      fc.asyncProperty(
        fc.dictionary(fc.string(), fc.oneof(fc.jsonValue(), fc.constant(undefined))),
        async (json) => {
          expect(await written(json)).toBe(JSON.stringify(json))
        },
      ),
    ))

  test.each([
    { name: 'nothing', size: 0 },
    { name: 'one entry', size: 1 },
    { name: 'just one slice', size: 256 },
    { name: 'one more than a slice', size: 257 },
    { name: 'many slices', size: 10_000 },
  ])('a long list of $name', async ({ size }) => {
    const map = new Map(Array.from({ length: size }, (_, n) => [`ключ-${n}`, { n }]))
    const inner = { list: copyEntries(map), after: true }
    expect(await written({ inner })).toBe(JSON.stringify({ inner: { ...inner, list: [...map] } }))
  })

  test('what changes while it is written is not in it, and what waits has its turn', async () => {
    const map = new Map(Array.from({ length: 20_000 }, (_, n) => [`key-${n}`, 'v'.repeat(20)]))
    const before = JSON.stringify({ list: [...map] })
    let turns = 0
    const timer = setInterval(() => {
      turns += 1
      map.delete(`key-${turns}`)
      map.set(`new-${turns}`, 'x')
    })
    const text = await written({ list: copyEntries(map) })
    clearInterval(timer)
    expect(turns).toBeGreaterThan(0)
    expect(text).toBe(before)
  })

  test('a list of lists, where an element stands for none, one or several', async () => {
    const numbers = Array.from({ length: 1000 }, (_, n) => n)
    const toElements = (n: number) => Array.from({ length: n % 3 }, () => n)
    const list = joinLists([
      mapList(numbers, toElements),
      mapList([], toElements),
      mapList([0, 3], toElements),
      [1, 2],
    ])
    expect(list.length).toBe(1004)
    expect(await written({ list })).toBe(
      JSON.stringify({ list: [...numbers.flatMap(toElements), 1, 2] }),
    )
  })
})
