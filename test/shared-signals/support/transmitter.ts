// A transmitter of the specifications over real HTTP: its keys, its configuration, one stream, events to be polled.
import type { RequestListener } from 'node:http'
import { exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose'
import { listen } from '../../contract/listen.ts'

export const AUDIENCE = 'https://shop.example'
const SSF = 'https://schemas.openid.net/secevent/ssf/event-type/'

export type Claims = Record<string, unknown>

export interface Transmitter {
  readonly issuer: string
  /** A token about alice, spoiled as you like. */
  sign(event: Claims, change?: Claims, header?: Partial<JWTHeaderParameters>): Promise<string>
  /** To be polled. */
  readonly queue: Map<string, string>
  readonly acknowledged: string[]
  readonly refused: Record<string, { readonly err: string }>
  /** Whether a verification that is asked for is queued. */
  silent: boolean
  /** What was asked of the management API. */
  readonly asked: { readonly method: string; readonly path: string; readonly body: Claims }[]
  stop(): Promise<void>
}

export async function startTransmitter(): Promise<Transmitter> {
  const { origin: issuer, server, stop } = await listen()
  const keys = await generateKeyPair('RS256')
  const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'k1', alg: 'RS256' }
  const queue = new Map<string, string>()
  const acknowledged: string[] = []
  const refused: Record<string, { readonly err: string }> = {}
  const asked: { method: string; path: string; body: Claims }[] = []
  const state = { silent: false }
  let stream: Claims = {}
  let status = 'enabled'
  let count = 0

  function sign(
    event: Claims,
    change: Claims = {},
    header: Partial<JWTHeaderParameters> = {},
  ): Promise<string> {
    const claims = {
      iss: issuer,
      aud: AUDIENCE,
      iat: Math.floor(Date.now() / 1000),
      jti: crypto.randomUUID(),
      sub_id: { format: 'iss_sub', iss: issuer, sub: 'alice' },
      events: event,
      ...change,
    }
    return new SignJWT(JSON.parse(JSON.stringify(claims)))
      .setProtectedHeader({ alg: 'RS256', kid: 'k1', typ: 'secevent+jwt', ...header } as never)
      .sign(keys.privateKey)
  }

  async function answer(method: string, path: string, body: Claims): Promise<unknown> {
    switch (path) {
      case '/.well-known/ssf-configuration':
        return {
          issuer,
          jwks_uri: `${issuer}/keys`,
          configuration_endpoint: `${issuer}/stream`,
          status_endpoint: `${issuer}/status`,
          verification_endpoint: `${issuer}/verify`,
          add_subject_endpoint: `${issuer}/subjects/add`,
          remove_subject_endpoint: `${issuer}/subjects/remove`,
        }
      case '/keys':
        return { keys: [jwk] }
      case '/poll': {
        for (const jti of (body['ack'] as string[]) ?? []) {
          acknowledged.push(jti)
          queue.delete(jti)
        }
        for (const [jti, error] of Object.entries((body['setErrs'] as Claims) ?? {})) {
          refused[jti] = error as { err: string }
          queue.delete(jti)
        }
        const most = Number(body['maxEvents'])
        const sets = [...queue].slice(0, most)
        return { sets: Object.fromEntries(sets), moreAvailable: queue.size > sets.length }
      }
    }
    asked.push({ method, path, body })
    if (path === '/stream' && method === 'DELETE') return undefined
    if (path === '/stream') {
      if (method !== 'GET')
        stream = { ...stream, ...body, stream_id: 's1', iss: issuer, aud: AUDIENCE }
      return stream
    }
    if (path === '/status') {
      if (method === 'POST') status = String(body['status'])
      return { stream_id: 's1', status }
    }
    if (path === '/verify' && !state.silent) {
      count += 1
      const event = { [`${SSF}verification`]: { state: body['state'] } }
      const about = { sub_id: { format: 'opaque', id: 's1' }, jti: `v${count}` }
      queue.set(`v${count}`, await sign(event, about))
    }
    return {}
  }

  const serve: RequestListener = (req, res) => {
    let text = ''
    req.on('data', (part) => {
      text += part
    })
    req.on('end', async () => {
      const path = new URL(req.url ?? '/', issuer).pathname
      const json = await answer(req.method ?? '', path, text === '' ? {} : JSON.parse(text))
      res.statusCode = json === undefined ? 204 : 200
      res.setHeader('content-type', 'application/json')
      res.end(json === undefined ? undefined : JSON.stringify(json))
    })
  }
  server.on('request', serve)
  return {
    ...{ issuer, sign, queue, acknowledged, refused, asked },
    get silent() {
      return state.silent
    },
    set silent(silent: boolean) {
      state.silent = silent
    },
    stop: () => stop({ close: async () => {} }),
  }
}
