// A document without errors to the compiled policy: defaults filled in, durations and dates in milliseconds.
import {
  type ActionDeclaration,
  type AssuranceLevel,
  type CompiledPolicy,
  EVALUATOR_VERSION,
  type Json,
  type Route,
  type Segment,
  type Threat,
  type ThreatModel,
} from '@countersign/core'
import type { CompiledConditions } from '../lint/check-conditions.ts'
import { comparedPath } from '../lint/check-routes.ts'
import type {
  ActionDocument,
  PolicyDocument,
  RouteDocument,
  ThreatDocument,
} from '../policy-document.ts'
import { policyRevision } from '../policy-revision.ts'
import {
  DEFAULT_SEGMENT,
  DEFAULT_THREAT_MODEL,
  defaultLevels,
  defaultThreatModel,
} from '../words/built-in-risk.ts'
import { buildOptOut } from './build-opt-out.ts'
import { buildRule } from './build-rule.ts'
import { toMs } from './to-ms.ts'
import { withCondition } from './with-condition.ts'

export function buildPolicy(
  document: PolicyDocument,
  conditions: CompiledConditions,
): CompiledPolicy {
  return {
    countersign: 1,
    evaluator: EVALUATOR_VERSION,
    name: document.name,
    revision: policyRevision(document as unknown as Json),
    levels: (document.assurance?.levels ?? defaultLevels).map(buildLevel),
    actions: document.actions === 'any' ? 'any' : mapEntries(document.actions, buildAction),
    external: document.external ?? [],
    ...(document.halfLives === undefined
      ? {}
      : { halfLives: mapEntries(document.halfLives, (text) => toMs(text)) }),
    routes: (document.routes ?? []).map(buildRoute),
    threatModels: buildThreatModels(document),
    segments: buildSegments(document, conditions),
    optOuts: mapEntries(document.optOuts ?? {}, (optOut, name) =>
      buildOptOut(optOut, ['optOuts', name], conditions),
    ),
    ...(document.threats === undefined
      ? {}
      : { threats: mapEntries(document.threats, buildThreat) }),
    rules: document.rules.map((rule, index) => buildRule(rule, ['rules', index], conditions)),
    ...(document.approval === undefined ? {} : { approval: document.approval }),
    document: document as unknown as Json,
  }
}

function buildLevel(level: { acr: string; amr?: readonly (readonly string[])[] }): AssuranceLevel {
  return { acr: level.acr, amr: level.amr ?? [] }
}

function buildAction(action: ActionDocument): ActionDeclaration {
  return {
    sensitive: action.sensitive ?? false,
    open: action.open ?? false,
    resource: action.resource ?? {},
  }
}

function buildRoute(route: RouteDocument): Route {
  return {
    methods: (route.method ?? []).map((method) => method.toUpperCase()),
    path: comparedPath(route.path),
    action: route.action,
  }
}

function buildThreatModels(document: PolicyDocument): Readonly<Record<string, ThreatModel>> {
  return document.threatModels ?? { [DEFAULT_THREAT_MODEL]: defaultThreatModel }
}

function buildSegments(
  document: PolicyDocument,
  conditions: CompiledConditions,
): Readonly<Record<string, Segment>> {
  const [threatModel = DEFAULT_THREAT_MODEL] = Object.keys(document.threatModels ?? {})
  if (document.segments === undefined) return { [DEFAULT_SEGMENT]: { threatModel } }
  return mapEntries(document.segments, (segment, name) => ({
    threatModel: segment.threatModel,
    ...withCondition(segment.when, ['segments', name], conditions),
  }))
}

function buildThreat({ about, optOuts, controls, accepted }: ThreatDocument): Threat {
  return { about, optOuts, controls: controls ?? [], accepted: accepted ?? false }
}

function mapEntries<From, To>(
  entries: Readonly<Record<string, From>>,
  build: (value: From, name: string) => To,
): Readonly<Record<string, To>> {
  return Object.fromEntries(
    Object.entries(entries).map(([name, value]) => [name, build(value, name)]),
  )
}
