// No comparison of a secret depends on where the difference lies. Not measured by a clock, which proves nothing on a busy
// machine, but by the work: whatever place of a token, a code of a browser or a signature is changed, the same cryptographic
// operations run over the same number of bytes. And by the sources: no secret is compared with `===`, but by what is known here.
import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createSealer, createTokenVerifier } from '@countersign/core'
import { SignJWT } from 'jose'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isSameText } from '../../packages/shared-signals/src/http/same-text.ts'
import { login, openBrowser, openWorld, ticketOf } from './support/world.ts'

afterEach(() => void vi.restoreAllMocks())

/** The operations of Web Crypto while `work` ran, each with the bytes that it went over. */
async function operationsOf(work: () => Promise<unknown>): Promise<string> {
  const seen: string[] = []
  const { subtle } = crypto
  for (const name of ['decrypt', 'verify', 'sign', 'digest', 'encrypt'] as const) {
    const real = subtle[name].bind(subtle) as (...given: unknown[]) => Promise<unknown>
    vi.spyOn(subtle, name).mockImplementation(((...given: unknown[]) => {
      const bytes = given.map((one) =>
        ArrayBuffer.isView(one) || one instanceof ArrayBuffer ? one.byteLength : 0,
      )
      seen.push(`${name} ${bytes.join('+')}`)
      return real(...given)
    }) as never)
  }
  await work()
  vi.restoreAllMocks()
  return seen.join(', ')
}

/** Changed at each place of the part that begins after `from` dots; the last character of a part may have no other spelling. */
function changedIn(token: string, part: number): readonly string[] {
  const parts = token.split('.')
  const text = parts[part] ?? ''
  return Array.from({ length: text.length - 1 }, (_, at) => {
    const other = text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
    return [...parts.slice(0, part), other, ...parts.slice(part + 1)].join('.')
  })
}

/** One and the same for all of them. */
async function expectOneWork(
  changed: readonly string[],
  work: (text: string) => Promise<unknown>,
): Promise<void> {
  const all = new Set<string>()
  for (const text of changed) all.add(await operationsOf(() => work(text)))
  expect(changed.length).toBeGreaterThan(15)
  expect([...all]).toHaveLength(1)
  expect([...all][0]).not.toBe('')
}

describe('wherever the difference lies, the work is the same', () => {
  test.each([
    { part: 3, name: 'its content' },
    { part: 4, name: 'its tag' },
  ])('of a sealed token changed in $name', async ({ part }) => {
    const sealer = await createSealer(['a secret that is long enough for it'], 'evidence')
    const token = await sealer.seal({ subject: 'alice', factors: ['otp'] })
    await expectOneWork(changedIn(token, part), async (one) => {
      expect(await sealer.open(one)).toBeUndefined()
    })
  })

  test('of a signature under a shared secret', async () => {
    const secret = 'a shared secret of thirty-two bytes!'
    const now = Math.floor(Date.now() / 1_000)
    const token = await new SignJWT({ auth_time: now })
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer('https://idp.example')
      .setAudience('shop')
      .setSubject('alice')
      .setExpirationTime(now + 300)
      .sign(new TextEncoder().encode(secret))
    const verify = createTokenVerifier({
      ...{ issuer: 'https://idp.example', audience: 'shop', algorithms: ['HS256'], secret },
    })
    expect(await verify(token)).toMatchObject({ ok: true })
    await expectOneWork(changedIn(token, 2), async (one) => {
      expect(await verify(one)).toMatchObject({ ok: false })
    })
  })

  test('of what ties a challenge to its browser', async () => {
    const world = await openWorld()
    const alice = openBrowser(world, login('alice', 'alice-1', world.clock.now()))
    const headers = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
    const ticket = ticketOf(await alice.check('admin.tool', { headers, method: 'GET' }))
    const [[name, secret] = ['', '']] = [...alice.cookies].filter(([one]) =>
      one.startsWith('__Host-challenge-'),
    )
    const open = () =>
      world.guard.challenge.open(alice.request({ target: '/step-up', method: 'GET' }), {
        body: { ticket },
      })
    expect(await open()).toMatchObject({ subject: 'alice' })
    await expectOneWork(changedIn(secret, 0), async (one) => {
      alice.cookies.set(name, one)
      expect(await open()).toBeUndefined()
    })
    await world.close()
  })

  test('of a bearer token of a push endpoint', async () => {
    const token = 'a-bearer-token-of-forty-characters-or-so'
    expect(await isSameText(token, token)).toBe(true)
    // the key of the comparison is made at the first
    await expectOneWork(changedIn(token, 0), async (one) =>
      expect(await isSameText(one, token)).toBe(false),
    )
  })
})

/** Compared by `===` all the same: digests, which tell nothing of what they stand for, and what is no secret. */
const KNOWN: readonly RegExp[] = [
  /digestOf\(secret\)\) !== ticket\.secret/,
  // looked up by the last 132 bits of a signature: whoever has these has the token
  /hit\.token === token/,
]

test('no secret is compared by === in the sources', () => {
  const root = fileURLToPath(new URL('../../packages', import.meta.url))
  const found = readdirSync(root)
    .flatMap((name) => sourcesIn(join(root, name, 'src')))
    .flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => COMPARED.test(line) && !KNOWN.some((known) => known.test(line)))
        .map((line) => `${relative(root, file)}: ${line.trim()}`),
    )
  expect(found).toEqual([])
})

const SECRET = String.raw`[\w.?\[\]()]*(?:secret|password|token|signature|mac|apiKey)\)*`
const VALUE = String.raw`(?!undefined|null|''|0\b|1\b|true|false)[a-z][\w.?\[\]()]*`
/** Two values, one of which is called a secret. */
const COMPARED = new RegExp(
  String.raw`(?<!typeof |length )\b${SECRET} [!=]== ${VALUE}|\b${VALUE} [!=]== ${SECRET}(?!\.length)\b`,
  'i',
)

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => join(folder, path))
}
