// What packages and users need of the policy language.

export { type CompareOptions, comparePolicies } from './compare/compare-policies.ts'
export type { Comparison, Decided, Difference, DifferenceKind } from './compare/comparison.ts'
export { DIFFERENCE_KINDS, differenceKind } from './compare/difference-kind.ts'
export { mayLoosen } from './compare/may-loosen.ts'
export { compilePolicy } from './compile-policy.ts'
export { defaultPolicy, defaultPolicyDocument } from './default-policy.ts'
export { defaultPolicyText } from './default-policy-text.ts'
export { definePolicy } from './define-policy.ts'
export { FactsError } from './facts/facts-error.ts'
export { readSituation, type Situation } from './facts/read-situation.ts'
export type { PolicyOptions } from './inspect-policy.ts'
export { lintPolicy } from './lint-policy.ts'
export { parsePolicy } from './parse-policy.ts'
export type {
  ActionDocument,
  AllowanceDocument,
  AssuranceDocument,
  AttributeDocument,
  BooleanAttribute,
  LevelDocument,
  LowRiskDocument,
  NetworkDocument,
  NumericAttribute,
  OptOutDocument,
  PolicyDocument,
  RequirementDocument,
  RouteDocument,
  RuleDocument,
  SegmentDocument,
  StringAttribute,
  ThreatDocument,
  ThreatModelDocument,
  TrustedDeviceDocument,
  WaiverDocument,
} from './policy-document.ts'
export { policyJsonSchema } from './policy-json-schema.ts'
export { policyRevision } from './policy-revision.ts'
export { formatProblem, PolicyError } from './problems/policy-error.ts'
export type { PolicyProblem } from './problems/policy-problem.ts'
export { type ProblemCode, problemCodes } from './problems/problem-codes.ts'
export type { JsonSchema } from './schema/to-json-schema.ts'
export { type Branch, mergeCoverage } from './tests/coverage.ts'
export type {
  Expected,
  ExpectedReason,
  FactsLayer,
  PolicyTests,
  TestReport,
  TestResult,
  WrittenCase,
} from './tests/policy-tests.ts'
export { type ReadTests, readPolicyTests } from './tests/read-policy-tests.ts'
export { runPolicyTests, type TestOptions } from './tests/run-policy-tests.ts'
export { typesForPolicy } from './types-for-policy.ts'
export { parseEnd } from './words/parse-end.ts'
