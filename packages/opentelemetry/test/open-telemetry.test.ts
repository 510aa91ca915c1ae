// A real app on Express, measured by the real SDK, and scraped as Prometheus does.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Telemetry } from '@countersign/core'
import { createGuard, memoryBackend } from '@countersign/express'
import { openTelemetry } from '@countersign/opentelemetry'
import { SpanStatusCode } from '@opentelemetry/api'
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import express from 'express'
import { describe, expect, it, onTestFinished } from 'vitest'

const IN_A_MONTH = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10)
const POLICY = {
  countersign: 1,
  name: 'measured',
  assurance: {
    levels: [
      { acr: 'aal1', amr: [['pwd']] },
      { acr: 'aal2', amr: [['pwd', 'otp']] },
    ],
  },
  actions: { view: {}, pay: {}, close: {}, admin: {} },
  threatModels: { calm: { bias: -3, signals: {}, levels: { MEDIUM: 0.5, HIGH: 0.9 } } },
  segments: { everyone: { threatModel: 'calm' } },
  optOuts: { calm: { kind: 'low-risk', riskBelow: 'HIGH', until: IN_A_MONTH } },
  rules: [
    { id: 'viewing', actions: ['view', 'close'], require: { acr: 'aal1' } },
    { id: 'paying', actions: ['pay'], require: { acr: 'aal2' }, optOuts: ['calm'] },
    { id: 'ruling', actions: ['admin'], require: { acr: 'aal2' } },
    { id: 'closed', actions: ['close'], deny: true },
  ],
}

async function startShop(telemetry: Telemetry | undefined) {
  const logged: string[] = []
  const log = (_: object, message: string) => void logged.push(message)
  const guard = createGuard({
    identity: (req) => {
      if (req.get('x-user') === 'broken') throw new Error('the session store is away')
      return { subject: 'alice', session: 's', authTime: Date.now(), amr: ['pwd'] }
    },
    ...{ policy: POLICY, publicOrigin: 'http://shop.example', backend: memoryBackend() },
    logger: { info() {}, warn: log, error: log },
    telemetry,
  })
  const app = express()
  for (const action of Object.keys(POLICY.actions))
    app.post(`/${action}`, guard(action), (_req, res) => void res.json({}))
  const server = createServer(app).listen(0, '127.0.0.1')
  await guard.ready()
  onTestFinished(async () => {
    await guard.close()
    server.close()
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const ask = async (action: string, user = 'alice') => {
    const headers = { 'x-user': user, 'sec-fetch-site': 'same-origin' }
    return (await fetch(`${origin}/${action}`, { method: 'POST', headers })).status
  }
  return { guard, ask, logged }
}

/** What Prometheus would read, a line each. */
function scraped() {
  const exporter = new PrometheusExporter({ preventServerStart: true, withoutTargetInfo: true })
  const meterProvider = new MeterProvider({ readers: [exporter] })
  onTestFinished(() => meterProvider.shutdown())
  const scrape = () =>
    new Promise<readonly string[]>((resolve) => {
      const response = {
        statusCode: 0,
        setHeader() {},
        end: (text: string) => resolve(text.split('\n')),
      }
      exporter.getMetricsRequestHandler(undefined as never, response as never)
    })
  return { meterProvider, scrape }
}

function traced() {
  const spans = new InMemorySpanExporter()
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new SimpleSpanProcessor(spans)],
  })
  return { tracerProvider, spans }
}

describe('metrics', () => {
  it('count decisions by action, outcome and opt-outs, and time them', async () => {
    const { meterProvider, scrape } = scraped()
    const { ask } = await startShop(openTelemetry({ meterProvider }))
    const statuses = []
    for (const action of ['view', 'view', 'pay', 'admin', 'close']) statuses.push(await ask(action))
    statuses.push(await ask('view', 'broken'))
    expect(statuses).toEqual([200, 200, 200, 401, 403, 503])
    const lines = (await scrape()).filter((line) => /^countersign_decisions/.test(line))
    expect(lines.map((line) => line.replace(/,?otel_scope_\w+="[^"]*"/g, '')).sort()).toEqual([
      'countersign_decisions_total{countersign_action="admin",countersign_outcome="challenge",countersign_need="step-up"} 1',
      'countersign_decisions_total{countersign_action="close",countersign_outcome="deny",countersign_because="policy"} 1',
      'countersign_decisions_total{countersign_action="pay",countersign_outcome="opt-out",countersign_opt_outs="calm"} 1',
      'countersign_decisions_total{countersign_action="view",countersign_outcome="deny",countersign_because="failure"} 1',
      'countersign_decisions_total{countersign_action="view",countersign_outcome="pass"} 2',
    ])
    const counts = (await scrape()).filter((line) => line.includes('duration_count'))
    expect(counts.map((line) => Number(line.split(' ').at(-1))).reduce((a, b) => a + b)).toBe(6)
  })

  it('tell how the guard is', async () => {
    const { meterProvider, scrape } = scraped()
    const { guard } = await startShop(openTelemetry({ meterProvider }))
    const value = async (name: string) => {
      const line = (await scrape()).find((line) =>
        new RegExp(`^countersign_${name}[ {]`).test(line),
      )
      return line === undefined ? undefined : Number(line.split(' ').at(-1))
    }
    expect(await value('opt_outs_honoured')).toBe(1)
    expect(await value('feed_stale')).toBe(0)
    expect(await value('feed_age')).toBeLessThan(60)
    expect(await value('audit_lag')).toBeGreaterThanOrEqual(0)
    expect(await value('audit_queued')).toBeGreaterThanOrEqual(0)
    expect(await value('audit_lost_total')).toBe(0)
    expect(await value('warnings')).toBe(0)
    expect(await value('suspensions')).toBe(0)
    expect(await value('cache_lookups_total')).toBe(0)
    await guard.operator.suspend('opt-outs', { by: 'ann', why: 'a test' })
    expect(await value('suspensions')).toBe(1)
  })
})

describe('spans', () => {
  it('have what was decided, nothing of the person, and are an error only where it failed', async () => {
    const { tracerProvider, spans } = traced()
    const { ask } = await startShop(openTelemetry({ tracerProvider }))
    await ask('pay')
    await ask('admin')
    await ask('view', 'broken')
    const finished = spans.getFinishedSpans()
    expect(finished.map(({ name }) => name)).toEqual(Array(3).fill('countersign.decide'))
    expect(finished.map(({ attributes }) => attributes)).toMatchObject([
      {
        'countersign.action': 'pay',
        'countersign.outcome': 'opt-out',
        'countersign.opt_outs': 'calm',
      },
      { 'countersign.outcome': 'challenge', 'countersign.need': 'step-up' },
      { 'countersign.outcome': 'deny', 'countersign.because': 'failure' },
    ])
    expect(JSON.stringify(finished.map(({ attributes }) => attributes))).not.toContain('alice')
    expect(finished.map(({ status }) => status.code)).toEqual([
      ...[SpanStatusCode.UNSET, SpanStatusCode.UNSET, SpanStatusCode.ERROR],
    ])
  })
})

describe('telemetry', () => {
  it('without an SDK does nothing', async () => {
    const { ask, logged } = await startShop(openTelemetry())
    expect([await ask('view'), await ask('admin')]).toEqual([200, 401])
    expect(logged).toEqual([])
  })

  it('is told that the guard is open, and when it is closed', async () => {
    const told: string[] = []
    const { guard } = await startShop({
      decisionBegins: () => () => {},
      watch(read) {
        told.push(`open: ${read().health.ok}`)
        return () => void told.push('closed')
      },
    })
    expect(told).toEqual(['open: true'])
    await guard.close()
    expect(told).toEqual(['open: true', 'closed'])
  })

  it.each([
    {
      name: 'when a decision begins',
      decisionBegins: () => {
        throw new Error('broken')
      },
    },
    {
      name: 'when it ends',
      decisionBegins: () => () => {
        throw new Error('broken')
      },
    },
  ])('that throws $name changes nothing and is logged', async ({ decisionBegins }) => {
    const watch = () => {
      throw new Error('broken')
    }
    const { ask, logged } = await startShop({ decisionBegins, watch })
    expect([await ask('view'), await ask('pay'), await ask('admin')]).toEqual([200, 200, 401])
    expect(logged).toEqual(Array(4).fill('telemetry failed'))
  })
})
