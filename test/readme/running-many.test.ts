// The guide to many instances: its app runs on a real database, and its alarms, probes and containers name what is there.
import { generateKeyPair } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { type OperatorPrivateKey, openCommands } from '@countersign/core'
import { nodePlatform } from '@countersign/node'
import { migratePostgres, postgresAuditLog, postgresBackend } from '@countersign/postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { type RunningPostgres, startPostgres } from '../support/servers.ts'
import { blocksOf } from './markdown-blocks.ts'
import { freePort, type RunningProgram, runProgram, untilListening } from './run-program.ts'
import { writeProgram } from './write-programs.ts'

const SECRET = 'a secret of the guide, long enough to be one'
const [program, compose, kubernetes, alarms] = blocksOf('docs/running-many.md')
const CODE = program?.code ?? ''
let server: RunningPostgres
let url: string
let app: RunningProgram
let metricsPort: number

beforeAll(async () => {
  server = await startPostgres()
  url = `postgres://test@127.0.0.1:${server.port}/postgres`
  await migratePostgres({ connectionString: url })
  const { privateKey } = await promisify(generateKeyPair)('ed25519')
  const key = privateKey.export({ format: 'jwk' }) as OperatorPrivateKey
  const operator = await openCommands(
    {
      ...{ backend: postgresBackend({ connectionString: url }), secrets: [SECRET], key },
      logger: { info() {}, warn() {}, error() {} },
    },
    nodePlatform,
  )
  const policy = nodePlatform.defaultPolicy()
  await operator.handlers['activate']?.({ policy, by: 'ann', why: 'the guide' })
  await operator.close()
  metricsPort = await freePort()
  process.env['COUNTERSIGN_SECRET'] = SECRET
  process.env['METRICS_PORT'] = String(metricsPort)
  if (program === undefined) throw new Error('the guide has no program')
  const names = {
    'postgres://shop@db.example/shop': url,
    '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo': String(key.x),
  }
  app = await untilListening(await runProgram(writeProgram(program, names)))
}, 120_000)
afterAll(async () => {
  delete process.env['COUNTERSIGN_SECRET']
  delete process.env['METRICS_PORT']
  await app?.stop()
  await server?.stop()
})

test('the app is alive and ready, is measured, and drains its log when it is stopped', async () => {
  const status = async (path: string, method = 'GET') =>
    (await fetch(`${app.origin}${path}`, { method })).status
  expect(await status('/livez')).toBe(200)
  expect(await status('/readyz'), app.log()).toBe(200)
  expect(await status('/transfer', 'POST')).toBe(401)
  const scraped = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text()
  for (const name of metricsIn(alarms?.code ?? ''))
    expect(scraped, name).toMatch(new RegExp(`^# TYPE ${name.replace(/_bucket$/, '')} `, 'm'))
  expect(await app.stop(), app.log()).toBe(0)
  // refusals of nobody are counted, and told once a minute: only a drained log has them by now
  const audit = await postgresAuditLog({ connectionString: url }).open({ secrets: [SECRET] })
  const types: string[] = []
  for await (const { entry } of audit.read({})) types.push(entry.type)
  await audit.close()
  expect(types.sort()).toEqual(['change', 'counts'])
})

describe('the alarms', () => {
  const rules = (
    parse(alarms?.code ?? '') as { groups: { rules: { alert: string; expr: string }[] }[] }
  ).groups.flatMap((group) => group.rules)

  test.each(rules)('$alert is in the runbook, and measures something', ({ alert, expr }) => {
    const page = readFileSync(new URL('../../docs/running-many.md', import.meta.url), 'utf8')
    expect(page).toContain(`\n### ${alert}\n`)
    expect(metricsIn(expr).length).toBeGreaterThan(0)
  })
})

test('the probes and the environment of the containers are those of the app', () => {
  const { spec } = parse(kubernetes?.code ?? '') as Deployment
  const [container] = spec.template.spec.containers
  for (const probe of [container?.livenessProbe, container?.readinessProbe])
    expect(CODE).toContain(`app.get('${probe?.httpGet.path}'`)
  const own = container?.env.map(({ name }) => name).filter((name) => name !== 'PGPASSWORD')
  for (const name of own ?? []) expect(CODE).toContain(`process.env['${name}']`)
  const { services } = parse(compose?.code ?? '') as { services: Record<string, object> }
  expect(services['app']).toMatchObject({
    depends_on: { migrate: { condition: 'service_completed_successfully' } },
  })
})

interface Deployment {
  readonly spec: {
    readonly template: {
      readonly spec: {
        readonly containers: readonly {
          readonly env: readonly { readonly name: string }[]
          readonly livenessProbe: { readonly httpGet: { readonly path: string } }
          readonly readinessProbe: { readonly httpGet: { readonly path: string } }
        }[]
      }
    }
  }
}

function metricsIn(text: string): readonly string[] {
  const labels = /countersign_(because|outcome|opt_outs|action)="/g
  const names = text.replaceAll(labels, '').matchAll(/countersign_\w+/g)
  return [...new Set([...names].map(([name]) => name))]
}
