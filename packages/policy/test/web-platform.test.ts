import { createGuardCore, memoryBackend } from '@countersign/core'
import {
  compilePolicy,
  defaultPolicy,
  defaultPolicyDocument,
  webPlatform,
} from '@countersign/policy'
import { expect, test } from 'vitest'

const identity = () => undefined

test.each([
  { name: 'its text', policy: JSON.stringify(defaultPolicyDocument) },
  { name: 'a document', policy: defaultPolicyDocument },
  { name: 'a compiled policy', policy: defaultPolicy() },
])('compiles $name', ({ policy }) => {
  expect(webPlatform.compilePolicy(policy).revision).toBe(
    compilePolicy(defaultPolicyDocument).revision,
  )
})

test('a guard without a backend is told that there are no files', () => {
  expect(() => createGuardCore({ identity }, webPlatform)).toThrow(
    expect.objectContaining({ code: 'backend_missing', path: 'backend' }),
  )
})

test('a path of a policy is told the same', () => {
  const options = { identity, backend: memoryBackend(), policy: './policy.yaml' }
  expect(() => createGuardCore(options, webPlatform)).toThrow(
    expect.objectContaining({ code: 'policy_file_unreadable', got: './policy.yaml' }),
  )
})
