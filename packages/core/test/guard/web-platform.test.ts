import { expect, test } from 'vitest'
import { createGuardCore, memoryBackend, webPlatform } from '../../src/index.ts'
import { buildPolicy } from '../support/build-policy.ts'

const identity = () => undefined

test('takes a compiled policy as it is', () => {
  const policy = buildPolicy()
  expect(webPlatform.compilePolicy(policy)).toBe(policy)
})

test.each([
  { name: 'a path', policy: './policy.yaml' },
  { name: 'a text', policy: 'countersign: 1\nname: shop' },
  { name: 'a document', policy: { countersign: 1, name: 'shop' } },
  { name: 'one of another version', policy: { ...buildPolicy(), evaluator: '0' } },
  { name: 'none', policy: undefined },
])('$name is refused: nothing is compiled here', ({ policy }) => {
  const options = { identity, backend: memoryBackend(), policy }
  expect(() => createGuardCore(options, webPlatform)).toThrow(
    expect.objectContaining({
      code: 'policy_not_compiled',
      message: expect.stringContaining(
        'must be a compiled policy: nothing is compiled on the edge',
      ),
    }),
  )
})

test('a guard without a backend is told that there are no files', () => {
  expect(() => createGuardCore({ identity, policy: buildPolicy() }, webPlatform)).toThrow(
    expect.objectContaining({
      code: 'backend_missing',
      path: 'backend',
      message: expect.stringContaining('is needed where there are no files to keep state in'),
    }),
  )
})
