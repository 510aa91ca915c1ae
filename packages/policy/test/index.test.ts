import * as policy from '@countersign/policy'
import { expect, test } from 'vitest'

test('exports by name', () => {
  expect(Object.keys(policy).sort()).toEqual([
    'PolicyError',
    'compilePolicy',
    'defaultPolicy',
    'defaultPolicyDocument',
    'defaultPolicyText',
    'definePolicy',
    'formatProblem',
    'lintPolicy',
    'parseEnd',
    'parsePolicy',
    'policyJsonSchema',
    'policyRevision',
    'problemCodes',
    'typesForPolicy',
    'webPlatform',
  ])
})
