import { expect, it } from 'vitest'

it('index.ts exports by name what it says', async () => {
  const exported = Object.keys(await import('../src/index.ts')).sort()
  expect(exported).toEqual([
    'ActivationRefused',
    'ConfigurationError',
    'createGuard',
    'fileBackend',
    'jwtIdentity',
    'memoryBackend',
    'velocity',
  ])
  expect(Object.keys(await import('../src/edge.ts')).sort()).toEqual([
    'ConfigurationError',
    'createEdgeGuard',
    'httpFeed',
    'jwtIdentity',
  ])
})
