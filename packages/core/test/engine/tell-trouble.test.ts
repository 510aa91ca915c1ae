import { describe, expect, it } from 'vitest'
import { createRecorder } from '../../src/audit/create-recorder.ts'
import { tellTrouble } from '../../src/engine/tell-trouble.ts'
import { memoryAuditLog } from '../../src/memory/memory-audit-log.ts'
import { memoryFeed } from '../../src/memory/memory-feed.ts'
import { systemClock } from '../../src/ports/clock.ts'
import { createState } from '../../src/state/create-state.ts'
import { followFeed } from '../../src/state/follow-feed.ts'
import { createFreshness } from '../../src/state/freshness.ts'

const WORDS = { trouble: 'it fails', over: 'it is well' }

function telling() {
  const told: [string, object, string][] = []
  const level = (name: string) => (details: object, message: string) =>
    void told.push([name, details, message])
  const logger = { info: level('info'), warn: level('warn'), error: level('error') }
  let now = 0
  const clock = { now: () => now, monotonic: () => now }
  return {
    told,
    trouble: tellTrouble({ logger, clock }, WORDS),
    wait(ms: number) {
      now += ms
    },
  }
}

describe('tellTrouble', () => {
  it('tells when it begins, once a minute with a count, and when it is over', () => {
    const { told, trouble, wait } = telling()
    const error = new Error('gone')
    trouble.well()
    for (let second = 0; second < 150; second++) {
      trouble.failed(error)
      wait(1000)
    }
    trouble.well()
    trouble.well()
    expect(told).toEqual([
      ['error', { err: error }, 'it fails'],
      ['error', { failures: 61, reason: 'gone' }, 'it fails'],
      ['error', { failures: 121, reason: 'gone' }, 'it fails'],
      ['info', { failures: 150 }, 'it is well'],
    ])
  })

  it('what comes and goes is told once a minute too', () => {
    const { told, trouble, wait } = telling()
    for (let second = 0; second < 61; second++) {
      trouble.failed(new Error('gone'))
      trouble.well()
      wait(1000)
    }
    expect(told.map(([level]) => level)).toEqual(['error', 'info', 'error', 'info'])
  })

  it('hears of both: the recorder that fails and writes again, the follower likewise', async () => {
    const heard: string[] = []
    const log = memoryAuditLog()
    let fails = 1
    const recorder = createRecorder({
      audit: {
        ...log,
        async append(chain, batch) {
          if (fails-- > 0) throw new Error('no space')
          await log.append(chain, batch)
        },
      },
      chain: 'main',
      clock: systemClock,
      onError: () => heard.push('audit failed'),
      onWell: () => heard.push('audit well'),
    })
    await expect(recorder.record({ type: 'decision', at: 1 })).rejects.toThrow('cannot be written')
    await expect.poll(() => heard).toContain('audit well')
    await recorder.close()
    expect(heard[0]).toBe('audit failed')

    const feed = memoryFeed()
    let broken = 1
    const follower = followFeed({
      feed: {
        ...feed,
        follow(...args) {
          if (broken-- > 0) throw new Error('away')
          return feed.follow(...args)
        },
      },
      state: createState({ now: Date.now }),
      freshness: createFreshness(systemClock, 5000),
      heartbeatMs: 20,
      onError: () => heard.push('feed failed'),
      onWell: () => heard.push('feed well'),
    })
    await follower.caughtUp()
    await follower.stop()
    expect(heard.filter((word) => word.startsWith('feed')).slice(0, 2)).toEqual([
      'feed failed',
      'feed well',
    ])
  })
})
