// T35: a client wrote the headers that only a proxy should write, in names and spellings that the proxy let pass
// (oauth2-proxy CVE-2026-40575; Traefik CVE-2026-39858). What is at stake here is an opt-out for a network. The apps on
// Express and Koa have the framework's own `trust proxy` on: that is not for the guard.
import { expect, test } from 'vitest'
import { createIdp } from './support/idp.ts'
import { forEachOwnApp } from './support/own-apps.ts'
import type { OwnGuard } from './support/own-guards.ts'
import { rawRequest } from './support/raw-request.ts'

type Lines = readonly (readonly [string, string])[]

/** In the network that is opted out. */
const INSIDE = '192.0.2.1'
const SPOOFED: readonly { readonly name: string; readonly lines: Lines }[] = [
  { name: 'X-Forwarded-For', lines: [['X-Forwarded-For', INSIDE]] },
  {
    name: 'it twice',
    lines: [
      ['X-Forwarded-For', INSIDE],
      ['X-Forwarded-For', INSIDE],
    ],
  },
  {
    name: 'it in lower and upper case',
    lines: [
      ['x-forwarded-for', INSIDE],
      ['X-FORWARDED-FOR', INSIDE],
    ],
  },
  { name: 'its underscore twin', lines: [['X_Forwarded_For', INSIDE]] },
  { name: 'half a twin', lines: [['X-Forwarded_For', INSIDE]] },
  { name: 'Forwarded', lines: [['Forwarded', `for=${INSIDE};proto=https;by=${INSIDE}`]] },
  {
    name: 'all that load balancers write',
    lines: [
      'X-Real-IP',
      'X-Client-IP',
      'Client-IP',
      'True-Client-IP',
      'CF-Connecting-IP',
      'Fastly-Client-IP',
      'X-Cluster-Client-IP',
      'X-Original-Forwarded-For',
      'X-Forwarded',
      'X-Remote-IP',
      'X-Remote-Addr',
      'X-Vercel-Forwarded-For',
      'Remote-Addr',
    ].map((name) => [name, INSIDE] as const),
  },
]
const ELSEWHERE = [
  'X-Original-URL',
  'X-Rewrite-URL',
  'X-Forwarded-Uri',
  'X-Forwarded-Path',
  'X-Original-URI',
  'X-Forwarded-Prefix',
]

const idp = createIdp()

forEachOwnApp(idp.keys, (app) => {
  const ask = async (guard: OwnGuard, action: string, lines: Lines, user = 'alice') => {
    const headers = [['Cookie', `user=${user}`] as const, ...lines]
    const { status, body } = await rawRequest(app.origin(), `/apps/${guard}/${action}`, { headers })
    const found = /\{.*\}/s.exec(body)?.[0]
    if (found === undefined) throw new Error(`no JSON in ${body}`)
    const { id, decision, outcome } = JSON.parse(found)
    const record = await app.record(guard, id ?? decision)
    const { address } = record['facts'] as { address: { is: string; value?: string } }
    return { status, outcome, address: address.value ?? address.is }
  }
  // Next tells no handler who the peer is
  const PEER = app.adapter === 'Next 16' ? 'unknown' : '127.0.0.1'

  test.each(SPOOFED)('T35: without a trusted proxy $name says nothing', async ({ lines }) => {
    expect(await ask('no-proxy', 'inside', lines)).toEqual({
      status: 401,
      outcome: undefined,
      address: PEER,
    })
  })

  test.each(SPOOFED.slice(3))(
    'T35: behind a proxy that writes X-Forwarded-For, $name says nothing',
    async ({ lines }) => {
      const truth = ['X-Forwarded-For', '203.0.113.9'] as const
      for (const all of [
        [truth, ...lines],
        [...lines, truth],
      ])
        expect(await ask('one-proxy', 'inside', all)).toEqual({
          status: 401,
          outcome: undefined,
          address: '203.0.113.9',
        })
    },
  )

  test('T35: what the trusted proxy writes counts', async () => {
    expect(await ask('one-proxy', 'inside', [['X-Forwarded-For', INSIDE]])).toEqual({
      status: 200,
      outcome: 'opt-out',
      address: INSIDE,
    })
  })

  test.each(ELSEWHERE)('T35: %s does not make it a request for something else', async (name) => {
    for (const target of [
      '/apps/no-proxy/view',
      '/',
      '/login',
      'http://localhost/apps/no-proxy/view',
    ]) {
      const reply = await rawRequest(app.origin(), '/apps/no-proxy/proved', {
        headers: [
          ['Cookie', 'user=alice'],
          [name, target],
          [name.replaceAll('-', '_'), target],
        ],
      })
      expect([reply.status, reply.body.includes('"outcome"')]).toEqual([401, false])
    }
    const lines = [[name, '/apps/no-proxy/proved']] as const
    expect((await ask('no-proxy', 'view', lines)).outcome).toBe('pass')
  })

  test('T35: X-Forwarded-Proto and -Host prove no page of our own', async () => {
    const origin = app.origin()
    const headers = [
      ['Cookie', 'user=bob'],
      ['Origin', 'https://evil.example'],
      ['X-Forwarded-Proto', 'https'],
      ['X-Forwarded-Host', 'evil.example'],
      ['Host', 'evil.example'],
      ['Content-Type', 'application/x-www-form-urlencoded'],
    ] as const
    const challenged = await rawRequest(origin, '/apps/no-proxy/proved', {
      headers: [['Cookie', 'user=bob']],
    })
    const ticket = /step-up\?ticket=([\w.-]+)/.exec(challenged.body)?.[1] ?? ''
    expect(ticket).not.toBe('')
    const body = new URLSearchParams({ ticket }).toString()
    const reply = await rawRequest(origin, '/apps/no-proxy/step-up', {
      method: 'POST',
      headers,
      body,
    })
    expect(reply.status).toBe(403)
    expect(reply.headers['set-cookie']).toBeUndefined()
  })
})
