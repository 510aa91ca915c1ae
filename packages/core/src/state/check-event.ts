// Whether an event of the feed has a meaning here: one of a later release must stop the fold, one that is broken must not.
import type { FeedEvent } from './feed-event.ts'

export type EventShape =
  | 'good'
  /** Of a topic, kind or form that this release does not know: it might take something back, and must not be passed over. */
  | 'unknown'
  /** It lacks what every release gives it. It means nothing to anybody, and would else stop every instance for good. */
  | 'malformed'

type Members = { readonly [member: string]: unknown }
type Topic = 'policy' | 'switch' | 'revocation'

/** By topic and kind: whether it has what it is about. */
const KINDS: Readonly<Record<Topic, Readonly<Record<string, (data: Members) => boolean>>>> = {
  policy: {
    activate: ({ policy }) => isObject(policy) && isText(policy['revision']),
    rollback: ({ to }) => isText(to),
    rollout: ({ policy, plan }) => isObject(policy) && isText(policy['revision']) && isPlan(plan),
    widen: ({ rollout, steps }) => isText(rollout) && isSteps(steps),
    freeze: ({ rollout }) => isText(rollout),
    promote: ({ rollout }) => isText(rollout),
    abort: ({ rollout }) => isText(rollout),
    propose: ({ policy, plan }) =>
      isObject(policy) && isText(policy['revision']) && (plan === undefined || isPlan(plan)),
    approve: ({ proposal }) => isText(proposal),
    decline: ({ proposal }) => isText(proposal),
  },
  switch: {
    suspend: ({ target }) => isText(target),
    resume: ({ target }) => isText(target),
  },
  revocation: {
    subject: ({ subject }) => isText(subject),
    session: ({ subject, session }) => isText(subject) && isText(session),
    device: ({ subject, device }) => isText(subject) && isText(device),
    devices: ({ subject }) => isText(subject),
    'devices-before': ({ before }) => Number.isFinite(before),
    activation: ({ activation }) => isText(activation),
  },
}

const ABOUT = new Set(['subject', 'session subject', 'device subject', 'address'])

/** Whoever may write to the backend may have written it: nothing of its type is taken for granted. */
export function checkEvent(event: FeedEvent): EventShape {
  if (!isObject(event)) return 'malformed'
  const { topic, id, data } = event as Members
  if (topic !== 'signal' && topic !== 'source' && !isKindTopic(topic)) return 'unknown'
  if (!isText(id) || !isObject(data)) return 'malformed'
  if (topic === 'signal') return checkSignal(data)
  if (topic === 'source')
    return isText(data['source']) && isTexts(data['signals']) ? 'good' : 'malformed'
  const { kind } = data
  const kinds = KINDS[topic]
  const isWhole = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined
  if (isWhole === undefined) return 'unknown'
  return isWhole(data) ? 'good' : 'malformed'
}

function checkSignal({ code, about }: Members): EventShape {
  if (!isText(code) || !isObject(about)) return 'malformed'
  if (!ABOUT.has(Object.keys(about).sort().join(' '))) return 'unknown'
  return Object.values(about).every(isText) ? 'good' : 'malformed'
}

function isKindTopic(topic: unknown): topic is Topic {
  return typeof topic === 'string' && Object.hasOwn(KINDS, topic)
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isPlan(plan: unknown): boolean {
  if (!isObject(plan) || !isText(plan['kind'])) return false
  return plan['kind'] !== 'percent' || (isText(plan['salt']) && isSteps(plan['steps']))
}

function isSteps(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0 && value.every(isObject)
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isText)
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}
