import * as policy from '@countersign/policy'
import { expect, test } from 'vitest'

test('exports by name', () => {
  expect(Object.keys(policy).sort()).toEqual([
    'DIFFERENCE_KINDS',
    'FactsError',
    'PolicyError',
    'comparePolicies',
    'compilePolicy',
    'defaultPolicy',
    'defaultPolicyDocument',
    'defaultPolicyText',
    'definePolicy',
    'differenceKind',
    'formatProblem',
    'lintPolicy',
    'mayLoosen',
    'mergeCoverage',
    'parseEnd',
    'parsePolicy',
    'policyJsonSchema',
    'policyRevision',
    'problemCodes',
    'readPolicyTests',
    'readSituation',
    'runPolicyTests',
    'typesForPolicy',
  ])
})
