// Checks the audit log of a data directory against its chains and ends, offline or while an app writes to it.
import { join } from 'node:path'
import {
  type AuditProblem,
  type AuditVerification,
  type ChainReport,
  type VerifiedChain,
  verifyChain,
} from '@countersign/core'
import { type AuditEnd, endPathOf } from './audit-chain-file.ts'
import { listSegments, readSegments } from './audit-segments.ts'
import { type DataDirectory, dataDirectory } from './data-directory.ts'
import { endKey, type ReadEnd, readEnd } from './end-file.ts'
import { feedPaths, hasHistory } from './feed-files.ts'
import { listKnownChains } from './known-chains.ts'
import { readSecretFile } from './secret-file.ts'
import { sha256 } from './sha256.ts'

/** `secrets`: those of `createGuard`, where the app was given any. */
export async function verifyAuditDirectory(
  dir: string,
  secrets: readonly string[] = [],
): Promise<AuditVerification> {
  const directory = dataDirectory(dir)
  const keys = (await findSecrets(directory, secrets)).map(endKey)
  const chains: VerifiedChain[] = []
  for (const chain of await listKnownChains(directory)) {
    chains.push(await verifyOne(directory, chain, keys))
  }
  const gone = chains.length === 0 && (await hasHistory(feedPaths(directory)))
  const ok = !gone && chains.every(({ problems }) => problems.length === 0)
  return { ok, chains, gone }
}

async function verifyOne(
  dir: DataDirectory,
  chain: string,
  keys: readonly Buffer[],
): Promise<VerifiedChain> {
  // the end first: the log has by then at least what the end tells, also while an app writes
  const found = await readEnd<AuditEnd>(endPathOf(dir, chain), `audit ${chain}`, keys)
  const end = found.is === 'missing' ? undefined : found.end
  const segments = await listSegments(join(dir.audit, chain))
  const report = await verifyChain(chain, readSegments(chain, segments), sha256, end)
  const problems = [...report.problems, ...endProblems(chain, found, report, keys.length > 0)]
  const checked = found.is === 'unverified' && keys.length === 0 ? 'not_checked' : found.is
  return { ...report, problems, endIs: checked }
}

function endProblems(
  chain: string,
  found: ReadEnd<AuditEnd>,
  report: ChainReport,
  haveKeys: boolean,
): AuditProblem[] {
  const seq = report.end.seq
  if (found.is === 'missing') {
    if (report.records === 0) return []
    const text =
      'the record of where the chain ends is missing: records after the last may have been cut off'
    return [{ chain, seq, kind: 'end_missing', text }]
  }
  if (found.is === 'unverified' && haveKeys) {
    const text = 'the record of where the chain ends was not made with this secret'
    return [{ chain, seq, kind: 'end_unverified', text }]
  }
  const { begunAfter = 0, begunAt = 0 } = found.end ?? {}
  if (begunAfter === 0) return []
  const when = new Date(begunAt).toISOString()
  const text = `the record of where the chain ends was begun anew after record ${begunAfter}, ${when}: records may have been cut off there before`
  return [{ chain, seq: begunAfter, kind: 'end_begun_anew', text }]
}

async function findSecrets(
  dir: DataDirectory,
  given: readonly string[],
): Promise<readonly string[]> {
  if (given.length > 0) return given
  const made = await readSecretFile(dir.secret)
  return made === undefined ? [] : [made]
}
