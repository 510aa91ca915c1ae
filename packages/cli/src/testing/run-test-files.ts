// Files of policy tests, run: each against its policy, and with the recorded facts that it asks for.
import { readFile } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Json } from '@countersign/core'
import {
  type Branch,
  mergeCoverage,
  type PolicyProblem,
  readPolicyTests,
  runPolicyTests,
  type TestResult,
} from '@countersign/policy'
import type { Context } from '../context.ts'
import { readSoundPolicy } from '../policy-input.ts'
import { readAudit } from '../read-audit.ts'
import { policyOfTests } from './find-tests.ts'

export interface FileRun {
  /** As the user would name it. */
  readonly file: string
  /** Absent where its mistakes hide which it is. */
  readonly policy?: string
  readonly problems: readonly PolicyProblem[]
  readonly results: readonly TestResult[]
}

export interface TestRun {
  readonly files: readonly FileRun[]
  /** Policies with what their tests saw of them. */
  readonly coverage: readonly { readonly policy: string; readonly branches: readonly Branch[] }[]
}

/** @throws CliError where a file cannot be read, or a policy has a mistake */
export async function runTestFiles(context: Context, files: readonly string[]): Promise<TestRun> {
  const runs: FileRun[] = []
  const seen = new Map<string, (readonly Branch[])[]>()
  for (const path of files) {
    const file = shortPath(context, path)
    const { problems, sound } = readPolicyTests(await readFile(path, 'utf8'))
    if (sound === undefined) {
      runs.push({ file, problems, results: [] })
      continue
    }
    const policy = shortPath(context, await policyOfTests(path, sound.policy))
    const { compiled } = await readSoundPolicy(context, policy)
    const recorded = await recordedFacts(context, sound.decisions)
    const report = runPolicyTests(sound, compiled, { recorded })
    runs.push({ file, policy, problems: report.problems, results: report.results })
    seen.set(policy, [...(seen.get(policy) ?? []), report.coverage])
  }
  return {
    files: runs,
    coverage: [...seen].map(([policy, all]) => ({ policy, branches: mergeCoverage(all) })),
  }
}

function shortPath({ terminal }: Context, path: string): string {
  const short = relative(terminal.directory, path)
  return short === '' || short.startsWith('..') ? path : short
}

async function recordedFacts(
  context: Context,
  decisions: readonly string[],
): Promise<ReadonlyMap<string, Json>> {
  const found = new Map<string, Json>()
  if (decisions.length === 0) return found
  for (const decision of decisions)
    for await (const { entry } of readAudit(context, { decision }))
      if (entry.type === 'decision' && entry['facts'] !== undefined)
        found.set(decision, entry['facts'])
  return found
}
