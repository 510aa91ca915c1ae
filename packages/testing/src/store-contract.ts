// What every store has to do. Run it on a backend of your own: `storeContract('mine', makeHarness)`.
import type { Store, StoreEntry, StoreKey } from '@countersign/core'
import { describe, expect, it } from 'vitest'
import { type MakeHarness, onFresh } from './contract-harness.ts'

const KEY: StoreKey = ['device', 'alice', 'd1']
const LONG_MS = 60_000

export function storeContract(name: string, make: MakeHarness<Store>): void {
  const fresh = (test: Parameters<typeof onFresh<Store>>[1]) => () => onFresh(make, test)

  describe(`store contract: ${name}`, () => {
    it(
      'reads what was written, and nothing else',
      fresh(async (store) => {
        expect(await store.read(KEY)).toBeUndefined()
        expect(await store.write(KEY, { a: [1, null, 'ü\n'] }, 'any')).toBe(true)
        expect(await store.read(KEY)).toMatchObject({ key: KEY, value: { a: [1, null, 'ü\n'] } })
        expect(await store.read(['device', 'alice', 'd2'])).toBeUndefined()
        expect(await store.read(['device', 'bob', 'd1'])).toBeUndefined()
        expect(await store.read(['grant', 'alice', 'd1'])).toBeUndefined()
      }),
    )

    it.each([
      {
        keys: [
          ['a', 'b:c', 'd'],
          ['a:b', 'c', 'd'],
        ],
      },
      {
        keys: [
          ['a', '', 'b'],
          ['a', 'b', ''],
        ],
      },
      {
        keys: [
          ['a', 'b"', ',"c'],
          ['a', 'b","', 'c'],
        ],
      },
      {
        keys: [
          ['a', '\u0000', '*'],
          ['a', '*', '\u0000'],
        ],
      },
      {
        keys: [
          ['a', '__proto__', 'x'],
          ['a', 'constructor', 'x'],
        ],
      },
    ] as { keys: [StoreKey, StoreKey] }[])(
      'keys that look alike are two: $keys',
      ({ keys: [one, other] }) =>
        onFresh(make, async (store) => {
          await store.write(one, 1, 'any')
          expect(await store.read(other)).toBeUndefined()
          await store.write(other, 2, 'any')
          expect((await store.read(one))?.value).toBe(1)
          expect((await store.read(other))?.value).toBe(2)
        }),
    )

    it(
      'writes only where the version is the expected one',
      fresh(async (store) => {
        await store.write(KEY, 1, 'any')
        const { version } = (await store.read(KEY)) as StoreEntry
        expect(await store.write(KEY, 2, version)).toBe(true)
        expect(await store.write(KEY, 3, version)).toBe(false)
        expect(await store.write(KEY, 3, 'absent')).toBe(false)
        expect(await store.write(['device', 'alice', 'd2'], 1, version)).toBe(false)
        expect((await store.read(KEY))?.value).toBe(2)
      }),
    )

    it(
      'a version never comes back, not after a deletion either',
      fresh(async (store) => {
        const versions = new Set<string>()
        for (let round = 0; round < 5; round++) {
          await store.write(KEY, 1, 'any')
          versions.add(((await store.read(KEY)) as StoreEntry).version)
          await store.write(KEY, undefined, 'any')
        }
        expect(versions.size).toBe(5)
      }),
    )

    it(
      'deletes, under the same conditions',
      fresh(async (store) => {
        await store.write(KEY, 1, 'any')
        expect(await store.write(KEY, undefined, 'other')).toBe(false)
        expect(await store.read(KEY)).toBeDefined()
        expect(
          await store.write(KEY, undefined, ((await store.read(KEY)) as StoreEntry).version),
        ).toBe(true)
        expect(await store.read(KEY)).toBeUndefined()
        expect(await store.write(KEY, 2, 'absent')).toBe(true)
      }),
    )

    it(
      'of 50 parallel consumers one is first',
      fresh(async (store) => {
        const won = await Promise.all(
          Array.from({ length: 50 }, (_, index) => store.write(KEY, index, 'absent', LONG_MS)),
        )
        expect(won.filter(Boolean)).toHaveLength(1)
        expect((await store.read(KEY))?.value).toBe(won.indexOf(true))
      }),
    )

    it(
      'of 50 parallel writers that read the same version one is first',
      fresh(async (store) => {
        await store.write(KEY, 'start', 'any')
        const { version } = (await store.read(KEY)) as StoreEntry
        const won = await Promise.all(
          Array.from({ length: 50 }, (_, index) => store.write(KEY, index, version)),
        )
        expect(won.filter(Boolean)).toHaveLength(1)
      }),
    )

    it(
      '50 parallel additions never rise above the limit, which is inclusive',
      fresh(async (store) => {
        const results = await Promise.all(
          Array.from({ length: 50 }, () =>
            store.addIfBelow(KEY, { amount: 30, count: 1 }, { amount: 300, count: 99 }, LONG_MS),
          ),
        )
        expect(results.filter(({ added }) => added)).toHaveLength(10)
        const last = await store.addIfBelow(
          KEY,
          { amount: 1, count: 1 },
          { amount: 300, count: 99 },
          LONG_MS,
        )
        expect(last).toEqual({ added: false, totals: { amount: 300, count: 10 } })
      }),
    )

    it(
      'adds to all counters or to none',
      fresh(async (store) => {
        await store.addIfBelow(KEY, { amount: 5, count: 1 }, { amount: 9, count: 2 }, LONG_MS)
        const refused = await store.addIfBelow(
          KEY,
          { amount: 5, count: 1 },
          { amount: 9, count: 2 },
          LONG_MS,
        )
        expect(refused).toEqual({ added: false, totals: { amount: 5, count: 1 } })
        const added = await store.addIfBelow(
          KEY,
          { amount: 4, count: 1 },
          { amount: 9, count: 2 },
          LONG_MS,
        )
        expect(added).toEqual({ added: true, totals: { amount: 9, count: 2 } })
      }),
    )

    it.each([
      { name: 'no number', add: { amount: Number.NaN }, limit: { amount: 9 } },
      { name: 'less than nothing', add: { amount: -1 }, limit: { amount: 9 } },
      { name: 'a counter without limit', add: { other: 1 }, limit: { amount: 9 } },
    ])('never adds $name', ({ add, limit }) =>
      onFresh(make, async (store) => {
        const result = await store.addIfBelow(KEY, add, limit as never, LONG_MS)
        expect(result).toEqual({ added: false, totals: {} })
      }),
    )

    it(
      'an entry ends with its time to live, and can then be consumed anew',
      fresh(async (store, harness) => {
        await store.write(KEY, 1, 'any', 200)
        expect(await store.read(KEY)).toBeDefined()
        await harness.pass(250)
        expect(await store.read(KEY)).toBeUndefined()
        expect(await collect(store.list('device', 'alice'))).toEqual([])
        expect(await store.write(KEY, 2, 'absent', LONG_MS)).toBe(true)
      }),
    )

    it(
      'a write without time to live lasts, also where the one before had one',
      fresh(async (store, harness) => {
        await store.write(KEY, 1, 'any', 200)
        await store.write(KEY, 2, 'any')
        await harness.pass(250)
        expect((await store.read(KEY))?.value).toBe(2)
      }),
    )

    it(
      "counters' time to live begins with the first addition and is not prolonged",
      fresh(async (store, harness) => {
        await store.addIfBelow(KEY, { n: 1 }, { n: 9 }, 300)
        await harness.pass(200)
        expect(await store.addIfBelow(KEY, { n: 1 }, { n: 9 }, 300)).toEqual({
          added: true,
          totals: { n: 2 },
        })
        await harness.pass(150)
        expect(await store.addIfBelow(KEY, { n: 1 }, { n: 9 }, 300)).toEqual({
          added: true,
          totals: { n: 1 },
        })
      }),
    )

    it(
      'lists by kind and owner',
      fresh(async (store) => {
        for (const id of ['d1', 'd2', 'd3']) await store.write(['device', 'alice', id], id, 'any')
        await store.write(['device', 'bob', 'd4'], 'd4', 'any')
        await store.write(['grant', 'alice', 'd5'], 'd5', 'any')
        await store.write(['device', 'alice', 'd2'], undefined, 'any')
        const listed = await collect(store.list('device', 'alice'))
        expect(listed.map(({ value }) => value).sort()).toEqual(['d1', 'd3'])
        expect(listed.map(({ key }) => key[1])).toEqual(['alice', 'alice'])
        const [first] = listed as [StoreEntry]
        expect(await store.write(first.key, 'new', first.version)).toBe(true)
      }),
    )

    it(
      'what a caller does to a value afterwards changes nothing',
      fresh(async (store) => {
        const value = { list: [1] }
        await store.write(KEY, value, 'any')
        value.list.push(2)
        const read = (await store.read(KEY))?.value as { list: number[] }
        expect(read).toEqual({ list: [1] })
      }),
    )

    it('two instances: of 50 parallel consumers one is first, and no allowance is spent twice', async () => {
      const harness = await make()
      if (!harness.shared) return await harness.dispose()
      const stores = await Promise.all([harness.open(), harness.open()])
      const store = (n: number) => stores[n % 2] as Store
      try {
        const all = Array.from({ length: 50 }, (_, n) => n)
        const won = await Promise.all(all.map((n) => store(n).write(KEY, n, 'absent', LONG_MS)))
        expect(won.filter(Boolean)).toHaveLength(1)
        const added = await Promise.all(
          all.map((n) => store(n).addIfBelow(['allowance', 'a', 'x'], { n: 1 }, { n: 7 }, LONG_MS)),
        )
        expect(added.filter((one) => one.added)).toHaveLength(7)
        expect((await store(1).read(KEY))?.value).toBe(won.indexOf(true))
      } finally {
        await Promise.all(stores.map((one) => one.close()))
        await harness.dispose()
      }
    })

    it(
      'counters are exact to the last digit, and may be read as an entry',
      fresh(async (store) => {
        for (const amount of [0.1, 0.2, 1e15])
          await store.addIfBelow(KEY, { 'a "b"': amount, n: 1 }, { 'a "b"': 1e16, n: 9 }, LONG_MS)
        const totals = { 'a "b"': 0.1 + 0.2 + 1e15, n: 3 }
        expect((await store.read(KEY))?.value).toEqual(totals)
        expect((await collect(store.list('device', 'alice'))).map(({ value }) => value)).toEqual([
          totals,
        ])
      }),
    )

    it('after closing every operation fails', async () => {
      const harness = await make()
      const store = await harness.open()
      await store.write(KEY, 1, 'any')
      await store.close()
      await expect(store.read(KEY)).rejects.toThrow()
      await expect(store.write(KEY, 2, 'any')).rejects.toThrow()
      await expect(store.addIfBelow(KEY, { n: 1 }, { n: 1 }, 1)).rejects.toThrow()
      await expect(collect(store.list('device', 'alice'))).rejects.toThrow()
      await harness.dispose()
    })

    it(
      'an acknowledged write lies behind its back, and is there after opening again',
      fresh(async (store, harness) => {
        await store.write(KEY, 'seen-behind', 'any')
        await store.write(['device', 'alice', 'gone'], 1, 'any')
        await store.write(['device', 'alice', 'gone'], undefined, 'any')
        await store.addIfBelow(['allowance', 'alice', 'a'], { n: 2 }, { n: 3 }, LONG_MS)
        if (harness.raw !== undefined) expect(await harness.raw()).toContain('seen-behind')
        if (!harness.lasting) return
        const before = await store.read(KEY)
        await store.close()
        const again = await harness.open()
        try {
          expect(await again.read(KEY)).toEqual(before)
          expect(await again.read(['device', 'alice', 'gone'])).toBeUndefined()
          expect(
            await again.addIfBelow(['allowance', 'alice', 'a'], { n: 2 }, { n: 3 }, LONG_MS),
          ).toEqual({ added: false, totals: { n: 2 } })
        } finally {
          await again.close()
        }
      }),
    )
  })
}

async function collect(entries: AsyncIterable<StoreEntry>): Promise<StoreEntry[]> {
  const all: StoreEntry[] = []
  for await (const entry of entries) all.push(entry)
  return all
}
