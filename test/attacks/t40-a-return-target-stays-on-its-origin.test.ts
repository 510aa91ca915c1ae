// T40: a challenge that ended on another site: by `//h`, by what a browser makes `//h`, by what passes a check of the
// origin and comes out as `//h` (oauth2-proxy CVE-2020-5233, CVE-2020-11053, CVE-2021-21291; Express CVE-2024-29041).
// Both ways in are attacked: what was asked for, which the ticket keeps, and what the page's form or query says.
import { expect, test } from 'vitest'
import { createIdp } from './support/idp.ts'
import { forEachOwnApp } from './support/own-apps.ts'
import { leadsTo } from './support/return-targets.ts'

const H = 'evil.example'
const TARGETS = [
  ...[
    `//${H}`,
    `///${H}`,
    `////${H}/x`,
    `/\\${H}`,
    `\\\\${H}`,
    `\\/${H}`,
    `/\\/${H}`,
    `//${H}\\@localhost`,
  ],
  ...[
    `/\t/${H}`,
    `/\n/${H}`,
    `/\r\n/${H}`,
    `\t//${H}`,
    ` //${H}`,
    `/\u0000/${H}`,
    `/%09/${H}`,
    `/%0a/${H}`,
  ],
  ...[
    `https://${H}`,
    `http://${H}/account`,
    `https:///${H}`,
    `https:/${H}`,
    `https:${H}`,
    `http:\\\\${H}`,
    `HTTPS://${H}`,
  ],
  ...[
    `//localhost@${H}`,
    `https://localhost@${H}/`,
    `https://localhost:x@${H}/`,
    `//localhost.${H}`,
    `//localhost:80@${H}`,
  ],
  ...[
    `//${H}./`,
    `//localhost./`,
    `http://localhost./`,
    `//${H}%2f..`,
    `//${H}%23`,
    `//${H}?`,
    `//${H}#`,
    `//%65vil.example`,
  ],
  ...[
    `/.//${H}`,
    `/a/..//${H}`,
    `/./\\${H}`,
    `/.\\${H}`,
    `/%2e//${H}`,
    `/a/%2e%2e//${H}`,
    `/..//${H}`,
    `/./%2f${H}`,
    `/.;//${H}`,
  ],
  ...[`/%2f${H}`, `/%2f%2f${H}`, `/%5c${H}`, `/%252f%252f${H}`, `%2f%2f${H}`, `/%2F/${H}`],
  ...[
    `javascript:alert(1)`,
    `JaVaScRiPt:alert(1)`,
    `java\tscript:alert(1)`,
    `data:text/html,x`,
    `blob:http://localhost/x`,
  ],
  ...[
    `blob:https://${H}/x`,
    `vbscript:x`,
    `file:///etc/passwd`,
    `mailto:x@${H}`,
    `about:blank`,
    `view-source:http://${H}`,
  ],
  ...[
    `//\u3002${H}`,
    `//evil\u3002example`,
    `//${H}\u2044x`,
    `/\uff0f${H}`,
    `//[::1]`,
    `//0`,
    `//1.1.1.1`,
    `http://0x7f.1/`,
  ],
  ...[
    `.${H}`,
    H,
    `@${H}`,
    `:80@${H}`,
    `?x=//${H}`,
    `//`,
    `///`,
    `/\\`,
    `/#//${H}`,
    `http://`,
    `//:80`,
  ],
]

const idp = createIdp()

forEachOwnApp(idp.keys, (app) => {
  function expectHere(location: string | undefined, target: string): void {
    const told = `${JSON.stringify(target)} leads to ${JSON.stringify(location)}`
    if (location === undefined) return
    // as a browser reads it, on the page of the challenge
    const url = new URL(location, `${app.origin()}/apps/no-proxy/step-up`)
    expect([url.origin, url.username], told).toEqual([app.origin(), ''])
    // and as it is read again by whoever takes the path out of it, or decodes it once more
    expect(url.pathname, told).not.toMatch(/^\/[/\\]/)
    expect(location, told).not.toMatch(/^[/\\][/\\]|[\\\s]/)
  }

  test('T40: what was asked for never leads elsewhere', async () => {
    let followed = 0
    // a line break or a blank in a target is another request
    for (const target of TARGETS.filter((one) => ![...one].some((character) => character <= ' '))) {
      const location = await leadsTo({ origin: app.origin(), target })
      expectHere(location, target)
      if (location !== undefined) followed++
    }
    // targets that the framework's router gives to a handler, and that were challenged there
    expect(followed).toBeGreaterThan(app.adapter === 'Next 16' ? 2 : 20)
  })

  test('T40: what the form says never leads elsewhere', async () => {
    for (const target of TARGETS)
      expectHere(await leadsTo({ origin: app.origin(), form: { returnTo: target } }), target)
  })

  test('T40: what the query says never leads elsewhere, and is decoded once', async () => {
    for (const target of TARGETS) {
      const once = `?returnTo=${encodeURIComponent(target)}`
      expectHere(await leadsTo({ origin: app.origin(), query: once }), target)
      const twice = `?returnTo=${encodeURIComponent(encodeURIComponent(target))}`
      expectHere(await leadsTo({ origin: app.origin(), query: twice }), target)
    }
  })

  test('T40: an honest target is where it leads, as it was written', async () => {
    const { origin } = app
    for (const target of ['/account?tab=2', '/a/b%20c?x=%2F%2Fevil.example', '/100%2525'])
      expect(await leadsTo({ origin: origin(), form: { returnTo: target } })).toBe(
        `${origin()}${target}`,
      )
    expect(await leadsTo({ origin: origin(), target: '/orders?page=2' })).toBe(
      `${origin()}/orders?page=2`,
    )
    expect(await leadsTo({ origin: origin(), query: '?returnTo=%2F&returnTo=%2Fx' })).toBe(
      `${origin()}/apps/no-proxy/proved`,
    )
  })
})
