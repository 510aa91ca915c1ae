import { expect, test } from 'vitest'
import * as adapter from '../src/index.ts'

test('what users import from here is just this', () => {
  expect(Object.keys(adapter).sort()).toEqual([
    'ActivationRefused',
    'ConfigurationError',
    'countersign',
    'createGuard',
    'fileBackend',
    'jwtIdentity',
    'memoryBackend',
    'velocity',
  ])
})
