// Wrong options are told where they were made: what, where, got, do this.
import { describe, expect, it } from 'vitest'
import { ConfigurationError } from '../../src/configuration-error.ts'
import { parseGuardOptions } from '../../src/guard/parse-guard-options.ts'
import { SECRET } from '../support/shop.ts'

const identity = () => undefined

function problemOf(options: unknown): ConfigurationError {
  try {
    parseGuardOptions(options as never)
  } catch (error) {
    if (error instanceof ConfigurationError) return error
    throw error
  }
  throw new Error('nothing is wrong with it')
}

describe('createGuard refuses', () => {
  it.each([
    { name: 'no options', options: undefined, code: 'options_missing' },
    { name: 'a list of options', options: [], code: 'options_missing' },
    { name: 'no identity', options: {}, code: 'identity_malformed' },
    {
      name: 'a misspelt option',
      options: { identity, chalengePath: '/x' },
      code: 'option_unknown',
    },
    { name: 'a number as secret', options: { identity, secret: 5 }, code: 'secret_malformed' },
    { name: 'a short secret', options: { identity, secret: 'hunter2' }, code: 'secret_too_short' },
    { name: 'a list without secrets', options: { identity, secret: [] }, code: 'secret_too_short' },
    { name: 'a number as policy', options: { identity, policy: 5 }, code: 'policy_malformed' },
    { name: 'a blank policy', options: { identity, policy: ' ' }, code: 'policy_malformed' },
    { name: 'null as policy', options: { identity, policy: null }, code: 'policy_malformed' },
    { name: 'a path as backend', options: { identity, backend: 'dir' }, code: 'backend_malformed' },
    { name: 'an empty backend', options: { identity, backend: {} }, code: 'backend_malformed' },
    {
      name: 'a logger that cannot warn',
      options: { identity, logger: {} },
      code: 'logger_malformed',
    },
    {
      name: 'detectors that are no list',
      options: { identity, detectors: {} },
      code: 'detector_malformed',
    },
    {
      name: 'a detector without judge',
      options: { identity, detectors: [{ code: 'x' }] },
      code: 'detector_malformed',
    },
    {
      name: 'a number as onDecision',
      options: { identity, onDecision: 5 },
      code: 'on_decision_malformed',
    },
    {
      name: 'trust in everybody',
      options: { identity, trustProxy: true },
      code: 'trust_proxy_all',
    },
    {
      name: 'trust in every network',
      options: { identity, trustProxy: ['0.0.0.0/0'] },
      code: 'trust_proxy_all',
    },
    {
      name: 'an origin with a path',
      options: { identity, publicOrigin: 'https://x.example/a' },
      code: 'public_origin_malformed',
    },
    {
      name: 'a challenge elsewhere',
      options: { identity, challengePath: '//evil.example' },
      code: 'path_malformed',
    },
    {
      name: 'a staleness in words',
      options: { identity, maxStaleness: 'soon' },
      code: 'max_staleness_malformed',
    },
  ])('$name', ({ options, code }) => {
    const problem = problemOf(options)
    expect(problem.code).toBe(code)
    // what, got, do this
    expect(problem.message).toMatch(/, got .+\. .+\.$/s)
  })

  it('a misspelt option with the one that was meant', () => {
    expect(problemOf({ identity, chalengePath: '/x' }).message).toContain(
      'Did you mean challengePath?',
    )
  })

  it('a secret without telling it', () => {
    expect(problemOf({ identity, secret: 'hunter2' }).message).not.toContain('hunter2')
    expect(problemOf({ identity, secret: 12345 }).message).not.toContain('12345')
  })
})

it('an option may be undefined, and secrets may be several', () => {
  const parsed = parseGuardOptions({ identity, secret: [SECRET, `${SECRET}2`], policy: undefined })
  expect(parsed.secrets).toHaveLength(2)
  expect(parsed.maxStalenessMs).toBe(10_000)
  expect(Object.isFrozen(parsed.config)).toBe(true)
})
