// Apps of our own on each adapter, for what the shops are not configured to do: each guard at /apps/<guard>/<action>.
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AuditEntry } from '@countersign/core'
import * as expressAdapter from '@countersign/express'
import * as koaAdapter from '@countersign/koa'
import { readAuditDirectory } from '@countersign/node'
import { bodyParser } from '@koa/bodyparser'
import { Router } from '@koa/router'
import express from 'express'
import Koa from 'koa'
import { afterAll, beforeAll, describe } from 'vitest'
import {
  cookieIdentity,
  GUARDS,
  guardOptions,
  jwtOptions,
  type OwnGuard,
  type OwnKeys,
} from './own-guards.ts'
import { startUnproxiedNext } from './unproxied-next.ts'

export interface OwnApp {
  readonly adapter: 'Express 5' | 'Koa 3' | 'Next 16'
  origin(): string
  /** The record of a decision, once it is in the log. */
  record(guard: OwnGuard, id: string): Promise<AuditEntry>
}

interface Started {
  readonly origin: string
  readonly dataDirectory: string
  stop(): Promise<void>
}

export function forEachOwnApp(keys: OwnKeys, define: (app: OwnApp) => void): void {
  const starts = { 'Express 5': startExpress, 'Koa 3': startKoa, 'Next 16': startUnproxiedNext }
  for (const [adapter, start] of Object.entries(starts))
    describe(`an app on ${adapter}`, () => {
      let started: Started | undefined
      const now = () => {
        if (started === undefined) throw new Error('the app was not started')
        return started
      }
      beforeAll(async () => {
        started = await start(keys)
      }, 240_000)
      afterAll(async () => await started?.stop())
      define({
        adapter: adapter as OwnApp['adapter'],
        origin: () => now().origin,
        record: (guard, id) => findRecord(join(now().dataDirectory, guard), id),
      })
    })
}

const RECORDED_WITHIN_MS = 5_000

async function findRecord(dir: string, decision: string): Promise<AuditEntry> {
  const late = performance.now() + RECORDED_WITHIN_MS
  while (performance.now() < late) {
    for await (const { entry } of readAuditDirectory(dir, { decision })) return entry
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`no record of ${decision} in ${dir}`)
}

/** The framework's own `trust proxy` is on in both: it must not count for anything. */
function startExpress(keys: OwnKeys): Promise<Started> {
  return serve((origin, dataDirectory) => {
    const app = express()
    app.set('env', 'test').set('trust proxy', true)
    app.use(express.urlencoded({ extended: false }))
    const guards = GUARDS.map((name) => {
      const jwt = jwtOptions(name, keys)
      const guard = expressAdapter.createGuard({
        ...guardOptions(name),
        identity: jwt
          ? expressAdapter.jwtIdentity(jwt)
          : (req) => cookieIdentity(req.headers.cookie),
        publicOrigin: origin,
        backend: expressAdapter.fileBackend(join(dataDirectory, name)),
      })
      app.get(`/apps/${name}/step-up`, async (req, res) => {
        const challenge = await guard.challenge.open(req)
        res.status(challenge ? 200 : 400).json(challenge ?? {})
      })
      app.post(`/apps/${name}/step-up`, async (req, res) => {
        if (!(await guard.challenge.open(req))) return void res.status(400).json({})
        await guard.challenge.complete(req, res, { factors: [{ method: 'otp' }] })
      })
      for (const action of ['view', 'inside', 'proved'])
        app.get(`/apps/${name}/${action}`, guard(action), (req, res) => {
          const decision = guard.decision(req)
          if (decision?.proceed !== true) throw new Error('not guarded')
          const { id, outcome, subject } = decision
          res.json({ id, outcome, subject })
        })
      return guard
    })
    const [noProxy] = guards as [expressAdapter.Guard]
    app.all(/.*/, noProxy('proved'), (_req, res) => void res.json({ reached: true }))
    return { listener: app, close: () => Promise.all(guards.map((guard) => guard.close())) }
  })
}

function startKoa(keys: OwnKeys): Promise<Started> {
  return serve((origin, dataDirectory) => {
    const app = new Koa({ proxy: true })
    app.silent = true
    app.use(bodyParser())
    const router = new Router()
    const guards = GUARDS.map((name) => {
      const jwt = jwtOptions(name, keys)
      const guard = koaAdapter.createGuard({
        ...guardOptions(name),
        identity: jwt ? koaAdapter.jwtIdentity(jwt) : (ctx) => cookieIdentity(ctx.headers.cookie),
        publicOrigin: origin,
        backend: koaAdapter.fileBackend(join(dataDirectory, name)),
      })
      router.get(`/apps/${name}/step-up`, async (ctx) => {
        const challenge = await guard.challenge.open(ctx)
        ctx.status = challenge ? 200 : 400
        ctx.body = challenge ?? {}
      })
      router.post(`/apps/${name}/step-up`, async (ctx) => {
        if (await guard.challenge.open(ctx))
          return guard.challenge.complete(ctx, { factors: [{ method: 'otp' }] })
        ctx.status = 400
        ctx.body = {}
      })
      for (const action of ['view', 'inside', 'proved'])
        router.get(`/apps/${name}/${action}`, guard(action), (ctx) => {
          const decision = guard.decision(ctx)
          if (decision?.proceed !== true) throw new Error('not guarded')
          const { id, outcome, subject } = decision
          ctx.body = { id, outcome, subject }
        })
      return guard
    })
    const [noProxy] = guards as [koaAdapter.Guard]
    app.use(router.routes())
    app.use(noProxy('proved'))
    app.use((ctx) => {
      ctx.body = { reached: true }
    })
    return {
      listener: app.callback(),
      close: () => Promise.all(guards.map((guard) => guard.close())),
    }
  })
}

async function serve(
  create: (
    origin: string,
    dataDirectory: string,
  ) => { readonly listener: RequestListener; close(): Promise<unknown> },
): Promise<Started> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  const dataDirectory = mkdtempSync(join(tmpdir(), 'attacked-app-'))
  const { listener, close } = create(origin, dataDirectory)
  server.on('request', listener)
  return {
    origin,
    dataDirectory,
    async stop() {
      await new Promise((resolve) => server.close(resolve))
      await close()
      rmSync(dataDirectory, { recursive: true, force: true })
    },
  }
}
