// What the folded state weighs: bytes for each revoked session and device, each credential event and each live signal, and
// how long a full collection takes with so many, and for how long the instance answers nobody while a snapshot is written. STATE_BENCH_COUNT: how many of each, 1,000,000 unless told.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { createState } from '../../packages/core/dist/index.js'
import { table, time } from './support/measure.mjs'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')
const COUNT = Number(process.env['STATE_BENCH_COUNT'] ?? 1_000_000)
const BATCH = 10_000
const NOW = Date.now()

/** Ids as long as ours are: 22 characters. */
const id = (n) => `${n}`.padStart(22, 'x')
const subject = (n) => `user-${n}`
const KINDS = [
  {
    name: 'revoked session',
    topic: 'revocation',
    data: (n) => ({ kind: 'session', subject: subject(n), session: id(n) }),
  },
  {
    name: 'revoked device',
    topic: 'revocation',
    data: (n) => ({ kind: 'device', subject: subject(n), device: id(n) }),
  },
  {
    name: 'credential event of a subject',
    topic: 'revocation',
    data: (n) => ({ kind: 'subject', subject: subject(n), what: 'password-changed' }),
  },
  {
    name: 'all devices of a subject revoked',
    topic: 'revocation',
    data: (n) => ({ kind: 'devices', subject: subject(n) }),
  },
  {
    name: 'live signal about a subject',
    topic: 'signal',
    data: (n) => ({
      ...{ code: 'device-not-compliant', about: { subject: subject(n) } },
      ...{ share: 1, until: NOW + 86_400_000, source: 'https://transmitter.example' },
    }),
  },
]

function heap() {
  collect()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** As a feed brings them: read from text, so that nothing is shared that would not be. */
function fold(state, { topic, data }, from) {
  const events = Array.from({ length: Math.min(BATCH, COUNT - from) }, (_, index) => {
    const n = from + index
    const event = { topic, id: `e-${n}`, at: NOW, by: 'ann', why: 'a bench', data: data(n) }
    return { position: `1:${n + 1}`, event: JSON.parse(JSON.stringify(event)) }
  })
  const position = events.at(-1).position
  const applied = state.apply({ events, position, confirmedAt: 0 })
  if (!applied.ok) throw new Error(applied.text)
}

/** The longest time for which nothing else had its turn. */
async function longestBlock(work) {
  let last = performance.now()
  let longest = 0
  let working = true
  const watch = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (working) setImmediate(watch)
  }
  setImmediate(watch)
  const result = await work()
  working = false
  watch()
  return { result, longest }
}

const rows = []
for (const kind of KINDS) {
  const before = heap()
  const state = createState({ now: () => NOW })
  for (let from = 0; from < COUNT; from += BATCH) fold(state, kind, from)
  const bytes = (heap() - before) / COUNT
  const start = performance.now()
  collect()
  const full = performance.now() - start
  const begun = performance.now()
  const { result, longest } = await longestBlock(() => state.toSnapshot())
  const written = performance.now() - begun
  rows.push({
    what: kind.name,
    'bytes in memory': Math.round(bytes),
    'bytes in a snapshot': Math.round(result.length / COUNT),
    'full collection': time(full * 1e6),
    'writing a snapshot': time(written * 1e6),
    'its longest block': time(longest * 1e6),
  })
}
table(`The folded state, ${COUNT.toLocaleString('en')} of each`, rows)
