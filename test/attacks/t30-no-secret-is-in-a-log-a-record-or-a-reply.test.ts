// T30: codes and secrets were logged, and shown on error pages (django-two-factor-auth GHSA-vhr6-pvjm-9qwf).
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { forEachShop } from './support/shops.ts'
import { deviceCookie, EVIDENCE, PASSWORD, REMEMBERED, SESSION } from './support/visitor.ts'

/** What the guard and the shop keep on purpose, readable by their owner alone. */
const KEPT_SECRETS = ['secret', join('shop', 'secret')]

forEachShop((shop) => {
  test('T30: no password, code, cookie or key is in what a reply, a log, a record or a file says', async () => {
    const alice = shop.visitor()
    const replies: string[] = []
    const note = async (reply: Response) => {
      replies.push(await reply.clone().text(), reply.headers.get('location') ?? '')
      return reply
    }
    await note(await alice.submit('/login', { user: 'alice', password: 'wr0ng-passw0rd' }))
    await alice.signIn('alice')
    const early = alice.cookies.get(SESSION) ?? ''
    const ticket = await alice.challenged()
    const [, transaction = ''] =
      [...alice.cookies].find(([name]) => name.startsWith('__Host-challenge-')) ?? []
    const guess = '918273'
    await note(await alice.answer('alice', ticket, { code: guess }))
    const code = await alice.code('alice')
    await note(await alice.answer('alice', ticket, { code, remember: 'yes' }))
    await note(await alice.answer('alice', ticket, { code }))
    const late = alice.cookies.get(SESSION) ?? ''
    const evidence = alice.cookies.get(EVIDENCE) ?? ''
    const [, given] = deviceCookie(alice)
    await alice.signIn('alice')
    expect(await alice.transfer(200)).toEqual(REMEMBERED)
    const [name, rotated] = deviceCookie(alice)
    alice.cookies.set(name, `${rotated}x`)
    await note(
      await alice.fetchJson('/transfer', {
        json: { amount: 200, payee: 'ACME', code, password: PASSWORD },
      }),
    )
    await note(
      await alice.send('/transfer', {
        method: 'POST',
        body: `{"code":"${code}",`,
        headers: { 'content-type': 'application/json' },
      }),
    )
    await note(await alice.navigate(`/step-up?ticket=${rotated}`))
    await note(await alice.fetchJson('/nowhere', { headers: { authorization: `Bearer ${late}` } }))
    await note(await alice.fetchJson('/healthz'))

    const secrets = {
      password: PASSWORD,
      wrongPassword: 'wr0ng-passw0rd',
      early,
      late,
      earlySession: sidOf(early),
      lateSession: sidOf(late),
      transaction,
      evidence,
      given,
      rotated,
    }
    const records = JSON.stringify(await shop.audit())
    expect(records).toContain('"challenge"')
    const keys = KEPT_SECRETS.map((file) => readFileSync(join(shop.dataDirectory, file)))
    const texts = keys.flatMap((key) => [
      key.toString('latin1').trim(),
      key.toString('base64url'),
      key.toString('hex'),
    ])
    const places = [
      ['the records', records],
      ['the log', shop.log()],
      ['the replies', replies.join('\n')],
      ...files(shop.dataDirectory).map(
        (file) => [file, readFileSync(join(shop.dataDirectory, file), 'latin1')] as const,
      ),
    ] as const
    expect(places.length).toBeGreaterThan(6)
    for (const [place, text] of places) {
      for (const [kind, secret] of Object.entries(secrets)) {
        // the demo's pages tell the password of everybody
        if (kind === 'password' && ['the replies', 'the log'].includes(place)) continue
        // the shop's own list of ended sessions is of their ids, with which nothing can be done without its key
        if (kind.endsWith('Session') && place === join('shop', 'ended-sessions.json')) continue
        expect(secret.length).toBeGreaterThan(8)
        expect(text.includes(secret), `${kind} in ${place}`).toBe(false)
      }
      for (const key of texts) expect(text.includes(key), `a key in ${place}`).toBe(false)
      // six digits may stand in any number: alone they may not
      if (place !== 'the replies')
        for (const digits of [code, guess])
          expect(text, `a code in ${place}`).not.toMatch(
            new RegExp(`(?<![\\w.-])${digits}(?![\\w.-])`),
          )
    }
    // a ticket's content cannot be read
    const [header = '', , , sealed = ''] = ticket.split('.')
    expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({
      enc: 'A256GCM',
    })
    expect(Buffer.from(sealed, 'base64url').toString('latin1')).not.toMatch(/alice|transfer|ACME/)
  })

  function files(directory: string): readonly string[] {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1))
      .filter((file) => !KEPT_SECRETS.includes(file))
  }
})

/** The session's own id, as its token bears it. */
function sidOf(session: string): string {
  const [, payload = ''] = session.split('.')
  return (JSON.parse(Buffer.from(payload, 'base64url').toString()) as { readonly sid: string }).sid
}
