// Writes the audit log: chains entries and appends them in groups, one append at a time. No record, no opt-out (law 5).
import type { AuditEntry, ChainEnd } from '../ports/audit-log.ts'
import { type BackgroundTimer, startBackgroundTimer } from '../ports/background-timer.ts'
import { type BoundEntry, boundEntry, fitEntry } from './bound-entry.ts'
import { EMPTY_CHAIN } from './chain-records.ts'
import { createRefusalCounts } from './count-refusals.ts'
import type { Recorder, RecorderOptions } from './recorder.ts'
import { sealRecords } from './seal-records.ts'
import { sha256Subtle } from './sha256-subtle.ts'

/** How many entries were lost, and since when. */
interface Gap {
  readonly lost: number
  readonly from: number
}

interface Waiting {
  readonly entry: AuditEntry
  /** Of a record. A note is made into text when it is written, not in the path of the request. */
  readonly bound?: BoundEntry
  readonly since: number
  /** Set where somebody waits for it. */
  readonly resolve?: () => void
  readonly reject?: (error: Error) => void
}

/** Hashing so many takes a few milliseconds: a longer batch would hold up the event loop. */
const BATCH_MOST = 1024
/** Notes wait this long for company; a record takes them along at once. */
const NOTES_GATHER_MS = 20
const COUNTS_EVERY_MS = 60_000
const RETRY_FIRST_MS = 100
const RETRY_MOST_MS = 5_000

export function createRecorder(options: RecorderOptions): Recorder {
  const { audit, chain, clock, sha256 = sha256Subtle, maxQueued = 20_000, onError } = options
  const counts = createRefusalCounts()
  let queue: Waiting[] = []
  let inFlight: readonly Waiting[] = []
  /** `undefined`: not known, to be read from the log before anything is written. */
  let end: ChainEnd | undefined
  let draining: Promise<void> | undefined
  let failing = false
  let closed = false
  let retryMs = RETRY_FIRST_MS
  let retryTimer: BackgroundTimer | undefined
  let gatherTimer: BackgroundTimer | undefined
  let countsTimer: BackgroundTimer | undefined
  let lost = 0
  /** Lost since the last gap entry. */
  let gap: Gap | undefined
  /** A batch of which it is not known whether it is kept. */
  let unsure: { last: ChainEnd; batch: ReadonlySet<Waiting>; told: Gap | undefined } | undefined

  function enqueue(waiting: Waiting): void {
    queue.push(waiting)
    if (failing) return
    if (waiting.resolve !== undefined || queue.length >= BATCH_MOST) void drain()
    else gatherTimer ??= startBackgroundTimer(() => void drain(), NOTES_GATHER_MS)
  }

  function drain(): Promise<void> {
    clearTimeout(gatherTimer)
    gatherTimer = undefined
    draining ??= writeAll()
    return draining
  }

  async function writeAll(): Promise<void> {
    // what comes in this turn of the loop goes together
    await Promise.resolve()
    while (queue.length > 0 || gap !== undefined) {
      inFlight = takeBatch()
      try {
        await write(inFlight)
      } catch (error) {
        fail(error)
        break
      }
      const written = inFlight
      inFlight = []
      failing = false
      retryMs = RETRY_FIRST_MS
      reportWell()
      for (const waiting of written) waiting.resolve?.()
    }
    // in the same step as the last look at the queue: what comes later starts anew
    draining = undefined
  }

  function takeBatch(): Waiting[] {
    const batch = queue.length > BATCH_MOST ? queue.splice(0, BATCH_MOST) : queue
    if (batch === queue) queue = []
    if (gap === undefined) return batch
    const entry: AuditEntry = { type: 'gap', at: clock.now(), ...gap }
    return [{ entry, since: clock.monotonic() }, ...batch]
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    if (end === undefined) await readEnd()
    const before = end ?? EMPTY_CHAIN
    const told = gap
    const entries = batch.map((waiting) => waiting.bound ?? boundEntry(waiting.entry))
    const sealed = await sealRecords(chain, before, entries, sha256)
    const last = endOf(sealed[sealed.length - 1])
    try {
      await audit.append(chain, sealed)
    } catch (error) {
      // the reply may be lost though the batch is kept: what the log says decides, never what was hoped
      end = undefined
      unsure = { last, batch: new Set(batch), told }
      if (!(await readEnd())) throw error
      return
    }
    end = last
    gap = without(gap, told)
  }

  /** Reads where the chain ends. True where a batch whose reply was lost turns out to be kept. */
  async function readEnd(): Promise<boolean> {
    const actual = endOf(await audit.head(chain))
    end = actual
    const asked = unsure
    unsure = undefined
    if (asked === undefined || actual.seq !== asked.last.seq || actual.hash !== asked.last.hash) {
      return false
    }
    queue = queue.filter((waiting) => !asked.batch.has(waiting))
    gap = without(gap, asked.told)
    return true
  }

  function fail(error: unknown): void {
    failing = true
    const reason = new Error('the audit log cannot be written', { cause: error })
    const all = [...inFlight, ...queue]
    inFlight = []
    // notes are kept to be tried again; records were promised to somebody, who is told
    queue = all.filter((waiting) => waiting.resolve === undefined && waiting.entry.type !== 'gap')
    while (queue.length > maxQueued) lose(queue.pop() as Waiting)
    for (const waiting of all) waiting.reject?.(reason)
    report(error)
    if (closed) return
    retryTimer = startBackgroundTimer(retry, retryMs)
    retryMs = Math.min(retryMs * 2, RETRY_MOST_MS)
  }

  /** A logger that throws must not stop the recorder: those who wait would wait for ever. */
  function report(error: unknown): void {
    try {
      onError(error)
    } catch {
      // nobody is left to tell
    }
  }

  function reportWell(): void {
    try {
      options.onWell?.()
    } catch {
      // nobody is left to tell
    }
  }

  async function retry(): Promise<void> {
    retryTimer = undefined
    try {
      await readEnd()
    } catch (error) {
      fail(error)
      return
    }
    failing = false
    await drain()
    if (!failing) reportWell()
  }

  function lose({ entry }: { entry: AuditEntry }): void {
    lost += 1
    gap = gap === undefined ? { lost: 1, from: entry.at } : { lost: gap.lost + 1, from: gap.from }
  }

  function refuseRecord(): Error | undefined {
    if (closed) return new Error('the audit recorder is closed')
    if (failing) return new Error('the audit log cannot be written')
    if (queue.length >= maxQueued) return new Error('the audit log is too far behind')
    return undefined
  }

  function record(entry: AuditEntry): Promise<void> {
    const refused = refuseRecord()
    if (refused !== undefined) return Promise.reject(refused)
    return new Promise((resolve, reject) => {
      // throws, and so rejects, where it is no JSON: what cannot be kept was not recorded
      const bound = fitEntry(entry)
      enqueue({ entry, bound, since: clock.monotonic(), resolve, reject })
    })
  }

  function note(entry: AuditEntry): void {
    if (closed || queue.length >= maxQueued) lose({ entry })
    else enqueue({ entry, since: clock.monotonic() })
  }

  function noteCounts(): void {
    clearTimeout(countsTimer)
    countsTimer = undefined
    const entry = counts.take(clock.now())
    if (entry !== undefined) note(entry)
  }

  async function flush(): Promise<void> {
    noteCounts()
    if (draining !== undefined) await draining
    if (queue.length > 0 && !failing) await drain()
    if (failing) throw new Error('the audit log cannot be written')
  }

  return {
    record,
    note,
    count(key) {
      if (closed) return
      counts.add(key, clock.now())
      countsTimer ??= startBackgroundTimer(noteCounts, COUNTS_EVERY_MS)
    },
    flush,
    health: () => {
      const oldest = inFlight[0] ?? queue[0]
      return {
        ok: !failing,
        queued: inFlight.length + queue.length,
        lost,
        lagMs: oldest === undefined ? 0 : clock.monotonic() - oldest.since,
      }
    },
    async close() {
      noteCounts()
      closed = true
      clearTimeout(retryTimer)
      clearTimeout(gatherTimer)
      if (draining !== undefined) await draining
      if (queue.length > 0) await drain()
      clearTimeout(retryTimer)
    },
  }
}

function endOf(record: ChainEnd | undefined): ChainEnd {
  return record === undefined ? EMPTY_CHAIN : { seq: record.seq, hash: record.hash }
}

/** What was lost while a gap of `told` was being written. */
function without(gap: Gap | undefined, told: Gap | undefined): Gap | undefined {
  if (gap === undefined || told === undefined) return gap
  return gap.lost === told.lost ? undefined : { lost: gap.lost - told.lost, from: gap.from }
}
