import { describe, expect, it } from 'vitest'
import { cookiesOf, NAVIGATION, OWN_PAGE, request, testGuard } from './guards.ts'

const guard = testGuard()
const strict = guard.route('strict.view', () => new Response('in'))

/** A challenge that a navigation ran into: its ticket, and the cookies it left. */
async function challenged(user: string): Promise<{ ticket: string; cookies: string[] }> {
  const refused = await strict(request('/strict?tab=1', { user, headers: NAVIGATION }), {})
  const ticket = new URLSearchParams(refused.headers.get('location')?.split('?')[1]).get('ticket')
  return { ticket: ticket ?? '', cookies: cookiesOf(refused) }
}

describe('guard.challenge', () => {
  it('opens by the query and by the form, and leaves the body to the app', async () => {
    const { ticket, cookies } = await challenged('alice')
    const shown = await guard.challenge.open(
      request(`/step-up?ticket=${ticket}`, { user: 'alice', cookies }),
    )
    expect(shown).toMatchObject({ subject: 'alice', action: 'strict.view', ticket })
    const sent = request('/step-up', { user: 'alice', cookies, form: { ticket, code: '1' } })
    expect(await guard.challenge.open(sent)).toMatchObject({ ticket })
    expect((await sent.formData()).get('code')).toBe('1')
  })

  it.each(['application/json', 'application/json; charset=utf-8'])('opens by %s', async (type) => {
    const { ticket, cookies } = await challenged('alice')
    const { url, headers } = request('/step-up', {
      user: 'alice',
      cookies,
      headers: { 'content-type': type },
    })
    const sent = new Request(url, { method: 'POST', headers, body: JSON.stringify({ ticket }) })
    expect(await guard.challenge.open(sent)).toMatchObject({ ticket })
  })

  it('takes a form that was read already', async () => {
    const { ticket, cookies } = await challenged('alice')
    const sent = request('/step-up', { user: 'alice', cookies, form: { ticket } })
    const form = await sent.formData()
    expect(await guard.challenge.open(sent, form)).toMatchObject({ ticket })
  })

  it.each([
    { name: 'no ticket', path: '/step-up' },
    { name: 'a made-up one', path: '/step-up?ticket=made-up' },
    { name: 'a body that cannot be read', path: '/step-up', broken: true },
  ])('opens nothing for $name', async ({ path, broken }) => {
    const { cookies } = await challenged('alice')
    const { url, headers } = request(path, {
      user: 'alice',
      cookies,
      headers: { 'content-type': 'application/json' },
    })
    const sent = new Request(url, broken ? { method: 'POST', headers, body: '{' } : { headers })
    expect(await guard.challenge.open(sent)).toBeUndefined()
  })

  it('completes: evidence, and back to the page that was asked for', async () => {
    const { ticket, cookies } = await challenged('carol')
    const sent = request('/step-up', {
      user: 'carol',
      cookies,
      headers: OWN_PAGE,
      form: { ticket, code: '1' },
    })
    await guard.challenge.open(sent)
    const done = await guard.challenge.complete(sent, { factors: [{ method: 'otp' }] })
    expect(done.status).toBe(303)
    expect(done.headers.get('location')).toBe('http://shop.example/strict?tab=1')
    const after = await strict(request('/strict', { user: 'carol', cookies: cookiesOf(done) }), {})
    expect(await after.text()).toBe('in')
  })

  it('fails with the page again, and keeps count', async () => {
    const { ticket, cookies } = await challenged('dora')
    const wrong = () =>
      request('/step-up', {
        user: 'dora',
        cookies,
        headers: { ...OWN_PAGE, ...NAVIGATION },
        form: { ticket, code: '0' },
      })
    for (let attempt = 0; attempt < 5; attempt++) {
      const failed = await guard.challenge.fail(wrong(), '<p>again')
      expect([failed.status, await failed.text()]).toEqual([401, '<p>again'])
    }
    expect((await guard.challenge.fail(wrong(), '<p>again')).status).toBe(400)
  })
})
