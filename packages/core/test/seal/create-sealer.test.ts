// Sealed tokens: one purpose each, the newest secret seals, one spelling only, and a cache that never mixes (T2, T22, T45).
import { CompactEncrypt, EncryptJWT, SignJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { createSealer } from '../../src/seal/create-sealer.ts'
import { deriveSealingKeys, type Purpose } from '../../src/seal/derive-keys.ts'
import { isCanonicalToken } from '../../src/seal/is-canonical-token.ts'
import { digestOf, randomId } from '../../src/seal/random-id.ts'
import { OLDER_SECRET, SECRET } from '../support/shop.ts'

const PURPOSES: readonly Purpose[] = ['device', 'evidence', 'ticket']
const PAYLOAD = { subject: 'alice', n: 1 }

describe('cross-use (T2)', () => {
  const pairs = PURPOSES.flatMap((sealed) =>
    PURPOSES.flatMap((read) =>
      [SECRET, OLDER_SECRET].map((secret) => ({ sealed, read, secret, same: secret === SECRET })),
    ),
  )

  it.each(pairs)(
    'what $sealed sealed is opened as $read with the same secret ($same) only if it is its own',
    async ({ sealed, read, secret, same }) => {
      const token = await (await createSealer([SECRET], sealed)).seal(PAYLOAD)
      const opened = await (await createSealer([secret], read)).open(token)
      expect(opened).toEqual(same && sealed === read ? PAYLOAD : undefined)
    },
  )

  it('a token with the right key and the typ of another purpose is none', async () => {
    const [own] = await deriveSealingKeys([SECRET], 'device')
    if (own === undefined) throw new Error('no key')
    const sealer = await createSealer([SECRET], 'device')
    const header = { alg: 'dir', enc: 'A256GCM', kid: own.id } as const
    const text = new TextEncoder().encode(JSON.stringify(PAYLOAD))
    const make = (more: object) =>
      new CompactEncrypt(text).setProtectedHeader({ ...header, ...more }).encrypt(own.key)
    expect(await sealer.open(await make({ typ: 'countersign-device' }))).toEqual(PAYLOAD)
    for (const more of [{}, { typ: 'countersign-ticket' }, { typ: 'JWT' }])
      expect(await sealer.open(await make(more))).toBeUndefined()
    for (const kid of ['', 'other'])
      expect(await sealer.open(await make({ typ: 'countersign-device', kid }))).toBeUndefined()
  })

  it('tokens of other makes are none', async () => {
    const sealer = await createSealer([SECRET], 'evidence')
    const raw = new TextEncoder().encode(SECRET.slice(0, 32))
    const typ = 'countersign-evidence'
    const none = `${b64('{"alg":"none"}')}.${b64(JSON.stringify(PAYLOAD))}.`
    const tokens = [
      none,
      await new SignJWT(PAYLOAD).setProtectedHeader({ alg: 'HS256', typ }).sign(raw),
      await new EncryptJWT(PAYLOAD)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM', typ })
        .encrypt(raw),
      await new EncryptJWT(PAYLOAD)
        .setProtectedHeader({ alg: 'A256KW', enc: 'A256GCM', typ })
        .encrypt(raw),
    ]
    for (const token of tokens) expect(await sealer.open(token)).toBeUndefined()
  })
})

describe('rotation', () => {
  it('seals with the newest and opens with all, until one is taken away', async () => {
    const before = await createSealer([OLDER_SECRET], 'ticket')
    const during = await createSealer([SECRET, OLDER_SECRET], 'ticket')
    const after = await createSealer([SECRET], 'ticket')
    const [old, fresh] = [await before.seal(PAYLOAD), await during.seal(PAYLOAD)]
    expect(await during.open(old)).toEqual(PAYLOAD)
    expect(await after.open(fresh)).toEqual(PAYLOAD)
    expect(await after.open(old)).toBeUndefined()
    expect(await before.open(fresh)).toBeUndefined()
  })

  it('needs a secret', async () => {
    await expect(createSealer([], 'ticket')).rejects.toThrow('at least one secret')
  })

  it('names the key without telling anything of the secret', async () => {
    const [one, two] = await deriveSealingKeys([SECRET, OLDER_SECRET], 'device')
    expect(one?.id).toMatch(/^[0-9a-f]{12}$/)
    expect(one?.id).not.toBe(two?.id)
    expect(one?.key.extractable).toBe(false)
  })
})

describe('spelling (T45)', () => {
  it('every other spelling of a token is none, before and after it was opened', async () => {
    const sealer = await createSealer([SECRET], 'device')
    const token = await sealer.seal(PAYLOAD)
    for (const known of [false, true]) {
      if (known) expect(await sealer.open(token)).toEqual(PAYLOAD)
      for (const other of spellings(token)) expect(await sealer.open(other)).toBeUndefined()
    }
  })

  it.each([
    { token: 'QQ.QQ.QQ', segments: 3 as const, canonical: true },
    { token: 'QR.QQ.QQ', segments: 3 as const, canonical: false },
    { token: 'QUI.QQ.QQ', segments: 3 as const, canonical: true },
    { token: 'QUJ.QQ.QQ', segments: 3 as const, canonical: false },
    { token: 'QUJD.QQ.QQ', segments: 3 as const, canonical: true },
    { token: 'Q.QQ.QQ', segments: 3 as const, canonical: false },
    { token: 'QQ==.QQ.QQ', segments: 3 as const, canonical: false },
    { token: 'QQ.QQ', segments: 3 as const, canonical: false },
    { token: 'QQ.QQ.QQ.QQ', segments: 3 as const, canonical: false },
    { token: 'QQ..QQ.QQ.QQ', segments: 5 as const, canonical: true },
    { token: 'Q+.QQ.QQ', segments: 3 as const, canonical: false },
    { token: '', segments: 3 as const, canonical: false },
  ])('$token of $segments: $canonical', ({ token, segments, canonical }) => {
    expect(isCanonicalToken(token, segments)).toBe(canonical)
  })

  it('an unknown crit is refused', async () => {
    const sealer = await createSealer([SECRET], 'device')
    const [, ...rest] = (await sealer.seal(PAYLOAD)).split('.')
    const header = { alg: 'dir', enc: 'A256GCM', typ: 'countersign-device', crit: ['x'], x: 1 }
    expect(await sealer.open([b64(JSON.stringify(header)), ...rest].join('.'))).toBeUndefined()
  })
})

describe('open', () => {
  it.each(['', '.', '....', 'a.b.c.d.e', 'x'.repeat(100_000), '\u0000', '{}'])(
    'answers undefined to anything that it did not seal: %j',
    async (text) => {
      const sealer = await createSealer([SECRET], 'device')
      expect(await sealer.open(text)).toBeUndefined()
    },
  )

  it('refuses what is longer than any token of ours', async () => {
    const sealer = await createSealer([SECRET], 'device')
    const long = await sealer.seal({ text: 'x'.repeat(8_192) })
    expect(await sealer.open(long)).toBeUndefined()
  })

  it('refuses a token of which any part is changed', async () => {
    const sealer = await createSealer([SECRET], 'device')
    const token = await sealer.seal(PAYLOAD)
    await sealer.open(token)
    for (let at = 0; at < token.length; at += 7) {
      if (token[at] === '.') continue
      const changed = `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
      expect(await sealer.open(changed), `at ${at}`).toBeUndefined()
    }
  })

  it('never mixes two tokens, nor two sealers, however often they are asked', async () => {
    const sealer = await createSealer([SECRET], 'device')
    const other = await createSealer([SECRET], 'evidence')
    const tokens = await Promise.all(Array.from({ length: 50 }, (_, n) => sealer.seal({ n })))
    for (let round = 0; round < 2; round++) {
      const opened = await Promise.all(tokens.map((token) => sealer.open(token)))
      expect(opened).toEqual(tokens.map((_, n) => ({ n })))
      for (const token of tokens) expect(await other.open(token)).toBeUndefined()
    }
  })

  it('answers at once what it opened before', async () => {
    const sealer = await createSealer([SECRET], 'device')
    const token = await sealer.seal(PAYLOAD)
    expect(sealer.open(token)).toBeInstanceOf(Promise)
    await sealer.open(token)
    expect(sealer.open(token)).toEqual(PAYLOAD)
  })

  it('seals the same twice as two tokens', async () => {
    const sealer = await createSealer([SECRET], 'device')
    expect(await sealer.seal(PAYLOAD)).not.toBe(await sealer.seal(PAYLOAD))
  })
})

describe('ids and digests', () => {
  it('are of 128 bits and 256 bits', async () => {
    const ids = new Set(Array.from({ length: 1_000 }, randomId))
    expect(ids.size).toBe(1_000)
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/)
    expect(await digestOf('abc')).toBe('ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0')
  })
})

function* spellings(token: string): Iterable<string> {
  const parts = token.split('.')
  for (const [i, part] of parts.entries()) {
    if (part.length % 4 === 0) continue
    const last = part.charCodeAt(part.length - 1)
    for (const code of [last + 1, last - 1]) {
      const char = String.fromCharCode(code)
      yield parts.with(i, part.slice(0, -1) + char).join('.')
    }
    yield parts.with(i, `${part}=`).join('.')
  }
  yield `${token}.`
  yield ` ${token}`
  yield `${token}\n`
  yield token.replace('.', '..')
}

function b64(text: string): string {
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
