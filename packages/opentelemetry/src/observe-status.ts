// How the guard is, read each time that metrics are collected.
import type { GuardStatus } from '@countersign/core'
import type { BatchObservableResult, Meter } from '@opentelemetry/api'

/** Returns how to end it. */
export function observeStatus(meter: Meter, read: () => GuardStatus): () => void {
  const instruments = createInstruments(meter)
  const all = Object.values(instruments)

  function observe(result: BatchObservableResult): void {
    const { health, caches } = read()
    const { audit, feedAgeMs, stale, suspended, warnings } = health
    result.observe(instruments.honoured, health.ok ? 1 : 0)
    result.observe(instruments.stale, stale ? 1 : 0)
    // never confirmed: there is no age
    if (feedAgeMs !== null) result.observe(instruments.feedAge, feedAgeMs / 1_000)
    result.observe(instruments.auditLag, audit.lagMs / 1_000)
    result.observe(instruments.auditQueued, audit.queued)
    result.observe(instruments.auditLost, audit.lost)
    result.observe(instruments.suspended, suspended.length)
    result.observe(instruments.warnings, warnings.length)
    for (const [cache, { hits, misses }] of Object.entries(caches)) {
      const of = { 'countersign.cache': cache }
      result.observe(instruments.lookups, hits, { ...of, 'countersign.cache.result': 'hit' })
      result.observe(instruments.lookups, misses, { ...of, 'countersign.cache.result': 'miss' })
    }
  }

  meter.addBatchObservableCallback(observe, all)
  return () => meter.removeBatchObservableCallback(observe, all)
}

function createInstruments(meter: Meter) {
  const gauge = (name: string, unit: string, description: string) =>
    meter.createObservableGauge(`countersign.${name}`, { unit, description })
  const counter = (name: string, unit: string, description: string) =>
    meter.createObservableCounter(`countersign.${name}`, { unit, description })
  return {
    honoured: gauge('opt_outs.honoured', '1', '1 where opt-outs are honoured, 0 where none is'),
    stale: gauge('feed.stale', '1', '1 where the feed is staler than maxStaleness'),
    feedAge: gauge('feed.age', 's', 'Since the guard last knew that it was up to date'),
    auditLag: gauge('audit.lag', 's', 'Age of the oldest record that is not yet in the audit log'),
    auditQueued: gauge('audit.queued', '{record}', 'Records that wait for the audit log'),
    auditLost: counter('audit.lost', '{record}', 'Records of the past that could not be kept'),
    suspended: gauge('suspensions', '{suspension}', 'What operators suspended'),
    warnings: gauge('warnings', '{warning}', 'What an operator should look at'),
    lookups: counter('cache.lookups', '{lookup}', 'Lookups of what is kept, by cache and result'),
  }
}
