// What packages and users need of the policy language.
export { compilePolicy } from './compile-policy.ts'
export { definePolicy } from './define-policy.ts'
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
  ThreatModelDocument,
  TrustedDeviceDocument,
  WaiverDocument,
} from './policy-document.ts'
export { formatProblem, PolicyError } from './problems/policy-error.ts'
export type { PolicyProblem } from './problems/policy-problem.ts'
export { type ProblemCode, problemCodes } from './problems/problem-codes.ts'
