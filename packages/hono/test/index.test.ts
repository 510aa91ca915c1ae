import { expect, test } from 'vitest'
import * as edge from '../src/edge.ts'
import * as adapter from '../src/index.ts'

const NAMES = [
  'ActivationRefused',
  'ConfigurationError',
  'createGuard',
  'fileBackend',
  'jwtIdentity',
  'memoryBackend',
  'velocity',
]

test('what users import from here is just this', () => {
  expect(Object.keys(adapter).sort()).toEqual(NAMES)
})

test('there are no files on the edge', () => {
  expect(Object.keys(edge).sort()).toEqual(NAMES.filter((name) => name !== 'fileBackend'))
})
