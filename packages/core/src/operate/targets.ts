// A person's own list of trusted targets: shown to them, shortened at any time, lengthened only after a fresh step-up.

import { factorsOf } from '../decide/facts-of-request.ts'
import type { GuardConfig } from '../decide/guard-config.ts'
import { readScene, type Scene } from '../decide/read-scene.ts'
import { choosePolicy } from '../engine/choose-policy.ts'
import type { Engine } from '../engine/engine.ts'
import type { PreparedActivation } from '../engine/prepare-activation.ts'
import type { WhoAsks } from '../identity/read-identity.ts'
import { checkRequirement } from '../policy/check-requirement.ts'
import type { OptOut } from '../policy/compiled-policy.ts'
import { coversAction } from '../policy/prepare-policy.ts'
import { coerceResource } from '../request/coerce-resource.ts'
import type { RequestReader } from '../request/request-reader.ts'
import { whyTargetEnded } from '../target/read-targets.ts'
import { parseTargetGrant, type TargetGrant, targetId, targetKey } from '../target/target-grant.ts'

export interface TargetSummary {
  readonly id: string
  /** The opt-out that it answers for. */
  readonly optOut: string
  readonly target: string | number
  readonly addedAt: number
  /** When it ends at the latest. */
  readonly endsAt: number
}

export type TargetAdded =
  | { readonly added: true; readonly id: string }
  | {
      readonly added: false
      readonly because:
        | 'not_post'
        | 'not_same_origin'
        | 'not_signed_in'
        /** What every rule that lists the opt-out demands has to have been proved within 15 minutes, and within the rule's own `maxAge`. */
        | 'step_up_needed'
        /** No such opt-out of kind trusted-target in the policy in force, or no rule lists it. */
        | 'opt_out_unknown'
        /** Not as the policy declares the attribute. */
        | 'target_malformed'
        | 'list_full'
        /** Nothing is given that may outlive an outage. */
        | 'unavailable'
    }

export interface TargetList {
  /** Those that count now, the newest first. */
  list(subject: string): Promise<readonly TargetSummary[]>
  /** The subject's own act: it only tightens, so it takes no proof. Removing what is not there is no error. */
  remove(subject: string, id: string): Promise<void>
}

/** NIST SP 800-63B-4 and PSD2 leave the number to us; a step-up that somebody does not remember is none. */
const FRESH_SECONDS = 15 * 60
const MOST_TARGETS = 100

export function createTargetList(engine: Engine): TargetList {
  return {
    async list(subject) {
      const targets = await listTargets(engine, subject)
      return targets.sort((a, b) => b.addedAt - a.addedAt)
    },
    async remove(subject, id) {
      // no id of ours: it came from a client's URL
      if (typeof id !== 'string' || !/^[\w-]{43}$/.test(id)) return
      const key = targetKey(subject, id)
      if ((await engine.store.read(key)) === undefined) return
      await engine.store.write(key, undefined, 'any')
      note(engine, subject, 'removed', id)
    },
  }
}

/** The request that asks for it, as an adapter hands it over. */
export interface TargetRequest {
  readonly reader: RequestReader
  identify(): Promise<WhoAsks>
  readonly optOut: string
  /** As it came from a form or a body. */
  readonly target: unknown
}

/** POST, from the own pages, and after a fresh step-up that met every rule which the target will answer: no opt-out counts (T15). */
export async function addTarget(
  engine: Engine,
  config: GuardConfig,
  { reader, identify, optOut: name, target: given }: TargetRequest,
): Promise<TargetAdded> {
  if (reader.method() !== 'POST') return refused('not_post')
  const asking = await identify()
  if (asking.is !== 'known')
    return refused(asking.is === 'nobody' ? 'not_signed_in' : 'unavailable')
  const position = engine.state.position
  const active = await choosePolicy(engine, asking.identity.subject)
  if (active === undefined || position === undefined || engine.freshness.isStale())
    return refused('unavailable')
  const { identity, byHeader } = asking
  const scene = await readScene(
    engine,
    config,
    { reader, action: 'target.add' },
    identity,
    byHeader,
  )
  if (!scene.mayOptOut) return refused('not_same_origin')

  const optOut = active.optOuts.get(name)?.optOut
  if (optOut?.kind !== 'trusted-target' || rulesOf(active, name).length === 0)
    return refused('opt_out_unknown')
  if (!isProved(active, name, scene)) return refused('step_up_needed')
  const target = readTarget(active, name, optOut, given)
  if (target === undefined) return refused('target_malformed')
  const { subject } = identity
  const id = await targetId(name, target)
  const listed = await listTargets(engine, subject)
  if (listed.length >= MOST_TARGETS && !listed.some((one) => one.id === id))
    return refused('list_full')

  const grant: TargetGrant = {
    optOut: name,
    target,
    addedAt: scene.at,
    overallMs: optOut.overallMs,
    activation: active.activation.position,
    position,
  }
  // recorded first: no record, no trust
  await engine.recorder.record(entry(engine, subject, 'added', id))
  if (engine.freshness.isStale()) return refused('unavailable')
  await engine.store.write(targetKey(subject, id), { ...grant }, 'any', optOut.overallMs + 1)
  return { added: true, id }
}

function refused(because: Extract<TargetAdded, { added: false }>['because']): TargetAdded {
  return { added: false, because }
}

function rulesOf({ policy }: PreparedActivation, optOut: string) {
  return policy.compiled.rules.filter(
    ({ optOuts, require }) => require !== undefined && optOuts.includes(optOut),
  )
}

function isProved(active: PreparedActivation, optOut: string, scene: Scene): boolean {
  const factors = factorsOf(scene)
  return rulesOf(active, optOut).every(({ require = {} }) => {
    const maxAgeSeconds = Math.min(require.maxAgeSeconds ?? FRESH_SECONDS, FRESH_SECONDS)
    const fresh = { ...require, maxAgeSeconds }
    return checkRequirement(active.policy.levels, fresh, factors, scene.at) === 'requirement_met'
  })
}

/** As the rules' actions declare it: what one of them could never ask for is not put on the list. */
function readTarget(
  active: PreparedActivation,
  name: string,
  optOut: Extract<OptOut, { kind: 'trusted-target' }>,
  given: unknown,
): string | number | undefined {
  const { actions } = active.policy.compiled
  if (actions === 'any') return undefined
  const patterns = rulesOf(active, name).flatMap((rule) => rule.actions)
  for (const [action, declaration] of Object.entries(actions)) {
    if (!patterns.some((pattern) => coversAction(pattern, action))) continue
    const fact = coerceResource(declaration, { [optOut.of]: given })[optOut.of]
    if (fact?.is !== 'known') continue
    if (typeof fact.value === 'string' || typeof fact.value === 'number') return fact.value
  }
  return undefined
}

async function listTargets(engine: Engine, subject: string): Promise<TargetSummary[]> {
  const at = engine.clock.now()
  const targets: TargetSummary[] = []
  for await (const { key, value } of engine.store.list('target', subject)) {
    const grant = parseTargetGrant(value)
    if (grant === undefined || whyTargetEnded(engine.state, subject, grant) !== undefined) continue
    const { optOut, target, addedAt, overallMs } = grant
    const endsAt = addedAt + overallMs
    if (at <= endsAt) targets.push({ id: key[2], optOut, target, addedAt, endsAt })
  }
  return targets
}

// what is on the list is the person's own affair: the record has its digest
function entry(engine: Engine, subject: string, what: 'added' | 'removed', target: string) {
  const at = engine.clock.now()
  return { type: 'change', at, topic: 'target', subject, change: { what, target } } as const
}

function note(engine: Engine, subject: string, what: 'added' | 'removed', target: string): void {
  engine.recorder.note(entry(engine, subject, what, target))
}
