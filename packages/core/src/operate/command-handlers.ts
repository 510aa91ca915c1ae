// What the control socket understands: the operator and the devices, under the names that the command line uses.

import type { CommandHandlers } from '../ports/backend.ts'
import type { Json } from '../ports/json.ts'
import type { Position } from '../ports/position.ts'
import type { SwitchTarget } from '../state/feed-event.ts'
import type { Devices } from './devices.ts'
import type { Health } from './health.ts'
import type { Operator } from './operator.ts'

/** Arguments come from another process: every one is read as unknown and checked by what it is given to. */
export function commandHandlers(
  operator: Operator,
  devices: Devices,
  health: () => Health,
): CommandHandlers {
  return {
    activate: async (args) => ({
      ...(await operator.activate(textOrObject(args, 'policy'), signed(args))),
    }),
    rollout: async (args) => {
      const plan = read(args, 'plan') as Parameters<Operator['rollout']>[1]['plan']
      const policy = textOrObject(args, 'policy')
      return toJson(await operator.rollout(policy, { ...signed(args), plan }))
    },
    propose: async (args) => {
      const plan = read(args, 'plan') as Parameters<Operator['propose']>[1]['plan']
      const policy = textOrObject(args, 'policy')
      const kept = plan === undefined ? {} : { plan }
      return toJson(await operator.propose(policy, { ...signed(args), ...kept }))
    },
    approve: async (args) =>
      toJson(await operator.approve(text(args, 'proposal') as Position, signed(args))),
    decline: async (args) =>
      done(operator.decline(text(args, 'proposal') as Position, signed(args))),
    widen: async (args) => {
      const steps = read(args, 'steps') as Parameters<Operator['widen']>[0]['steps']
      return toJson(await operator.widen({ ...signed(args), steps }))
    },
    freeze: async (args) => toJson(await operator.freeze(signed(args))),
    promote: async (args) => ({ ...(await operator.promote(signed(args))) }),
    abort: async (args) => {
      const recall = read(args, 'recall') === true
      return toJson(await operator.abort({ ...signed(args), recall }))
    },
    rollback: async (args) => {
      const to = optionalText(args, 'to') as Position | undefined
      const recall = read(args, 'recall') === true
      return {
        ...(await operator.rollback({
          ...signed(args),
          recall,
          ...(to === undefined ? {} : { to }),
        })),
      }
    },
    recall: async (args) =>
      done(operator.recall(text(args, 'activation') as Position, signed(args))),
    suspend: async (args) => {
      const until = read(args, 'until')
      const end = typeof until === 'number' ? { until: new Date(until) } : {}
      return done(
        operator.suspend(text(args, 'target') as SwitchTarget, { ...signed(args), ...end }),
      )
    },
    resume: async (args) =>
      done(operator.resume(text(args, 'target') as SwitchTarget, signed(args))),
    history: async () => toJson(await operator.history()),
    policy: async (args) => toJson((await operator.policy(text(args, 'revision'))) ?? null),
    'keys.list': async () => toJson(await operator.keys()),
    'devices.list': async (args) => toJson(await devices.list(text(args, 'subject'))),
    'devices.revoke': async (args) =>
      done(devices.revoke(text(args, 'subject'), text(args, 'device'), signed(args))),
    'devices.revoke-all': async (args) =>
      done(devices.revokeAll(text(args, 'subject'), signed(args))),
    'devices.revoke-before': async (args) =>
      done(devices.revokeBefore(new Date(Number(read(args, 'before'))), signed(args))),
    health: async () => toJson(health()),
  }
}

function signed(args: unknown): { by: string; why: string } {
  return { by: text(args, 'by'), why: text(args, 'why') }
}

function text(args: unknown, name: string): string {
  const value = read(args, name)
  if (typeof value === 'string' && value !== '') return value
  throw new TypeError(`${name}: a text is needed`)
}

function optionalText(args: unknown, name: string): string | undefined {
  return read(args, name) === undefined ? undefined : text(args, name)
}

function textOrObject(args: unknown, name: string): string | object {
  const value = read(args, name)
  if (typeof value === 'string' || (typeof value === 'object' && value !== null)) return value
  throw new TypeError(`${name}: a policy is needed, as text or as a document`)
}

function read(args: unknown, name: string): unknown {
  return typeof args === 'object' && args !== null && Object.hasOwn(args, name)
    ? (args as Record<string, unknown>)[name]
    : undefined
}

async function done(work: Promise<void>): Promise<Json> {
  await work
  return { done: true }
}

function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value))
}
