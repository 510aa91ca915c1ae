// The guard contract over HTTP/2, on those frameworks that answer it. Express does not: its requests stand on HTTP/1.1's.
import { guardContract } from '@countersign/testing'
import { listenHttp2 } from './listen-http2.ts'
import { startFastify } from './start-fastify.ts'
import { startFetch } from './start-fetch.ts'
import { startHono } from './start-hono.ts'
import { startKoa } from './start-koa.ts'

guardContract('Koa 3 over HTTP/2', (scenario) => startKoa(scenario, listenHttp2))
guardContract('Fastify 5 over HTTP/2', (scenario) => startFastify(scenario, listenHttp2))
guardContract('Hono 4 over HTTP/2', (scenario) => startHono(scenario, listenHttp2))
guardContract('fetch over HTTP/2', (scenario) => startFetch(scenario, listenHttp2), {
  without: {
    raw: 'there is nothing to write on: a handler returns a Response',
    throwing: 'whoever calls the handler answers what it threw',
    prefilled: 'nothing stands before the guard that could leave something on a Request',
  },
})
