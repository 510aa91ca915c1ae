// countersign explain
import { readFile } from 'node:fs/promises'
import type { AuditEntry, CompiledPolicy } from '@countersign/core'
import { CliError } from '../cli-error.ts'
import type { Command, Given } from '../command.ts'
import { JSON_OUT } from '../command-options.ts'
import type { Context } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { caseOfFacts } from '../explain/case-of-facts.ts'
import { caseOfRecord } from '../explain/case-of-record.ts'
import { caseWords } from '../explain/case-words.ts'
import type { ExplainedCase } from '../explain/explained-case.ts'
import { readFacts } from '../explain/read-facts.ts'
import { readNamedPolicy } from '../policy-in-force.ts'
import { PLACE } from '../reach-backend.ts'
import { withOperator } from '../reach-operator.ts'
import { readAudit } from '../read-audit.ts'
import { toCliError } from '../to-cli-error.ts'

export const explain: Command = {
  name: 'explain',
  summary: 'Tells in words why a decision was made, or what a policy would decide.',
  operands: [{ name: 'decision-id', required: false }],
  options: {
    facts: {
      type: 'text',
      value: 'file',
      text: 'explain what the policy decides on these facts (JSON)',
    },
    policy: {
      type: 'text',
      value: 'file',
      text: 'the policy, with --facts; live: the one in force',
    },
    ...PLACE,
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign explain 2b0a3f62-5d7e-4d0e-9a51-6f3e0c9d8b17',
      does: 'Why that request had to step up. Replies bear the id of their decision, and audit tail shows it.',
    },
    {
      line: 'countersign explain --facts facts.json --policy countersign.policy.yaml',
      does: 'What that policy decides on those facts, without an app: { "action": "transfer.create", "subject": "alice", "resource": { "amount": 50 }, "factors": [{ "amr": ["pwd"], "at": "2026-11-24T04:00:00Z" }] }',
    },
  ],
  happens:
    "With an id: the decision's record is read from the audit log, and the policy of its revision from the app or the data directory. You are told the outcome, what had been proved, each rule with its condition's result (true, false or unknown) and what it demands, each opt-out with its answer, and the risk with all that added to it. With --facts: the same, worked out anew. Facts are written as the audit log has them, or shorter, with plain values. What is left out is unknown, and unknown never helps; only signals that are left out are absent.",
  exits: {
    1: 'there is no such decision, or the facts or the policy have a mistake',
    4: 'a file, the data directory or the app cannot be reached',
  },
  run: runExplain,
}

async function runExplain(context: Context, given: Given): Promise<ExitCode> {
  const found = await readCase(context, given)
  await context.result(found, caseWords(found, context.paint))
  return EXIT.done
}

async function readCase(context: Context, given: Given): Promise<ExplainedCase> {
  const id = given.text('decision-id')
  const facts = given.text('facts')
  const policy = given.text('policy')
  if (id !== undefined && facts === undefined && policy === undefined) return ofRecord(context, id)
  if (id === undefined && facts !== undefined && policy !== undefined)
    return ofFacts(context, facts, policy)
  throw new CliError(
    EXIT.usage,
    'explain_what',
    'explain takes either the id of a decision, or --facts <file> with --policy <file>.\nMore: countersign help explain',
  )
}

async function ofFacts(context: Context, file: string, policyFile: string): Promise<ExplainedCase> {
  const compiled = await readNamedPolicy(context, policyFile)
  const text = await readFile(context.path(file), 'utf8')
  return caseOfFacts(compiled, readFacts(text, file, compiled, Date.now()))
}

async function ofRecord(context: Context, id: string): Promise<ExplainedCase> {
  const entry = await findDecision(context, id)
  if (entry === undefined) throw noSuchDecision(context.place, id)
  return caseOfRecord(entry, await policyOf(context, String(entry['revision'])))
}

const SAMPLE_ID = '2b0a3f62-5d7e-4d0e-9a51-6f3e0c9d8b17'

function isDecisionId(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)
}

function noSuchDecision(place: string, id: string): CliError {
  const missing = `the audit log in ${place} has no such decision.`
  const text = isDecisionId(id)
    ? `${id}: ${missing} Refusals of people who are not signed in are counted, not recorded one by one. See: countersign audit tail`
    : `${id}: this is no id of a decision, and ${missing} An id looks like ${SAMPLE_ID}: replies bear it, and countersign audit tail shows it at the end of a line.`
  return new CliError(EXIT.found, 'no_such_decision', text)
}

async function findDecision(context: Context, id: string): Promise<AuditEntry | undefined> {
  for await (const { entry } of readAudit(context, { decision: id }))
    if (entry.type === 'decision') return entry
  return undefined
}

/** Without it the record is explained all the same, only less. */
async function policyOf(context: Context, revision: string): Promise<CompiledPolicy | undefined> {
  if (revision === 'none') return undefined
  try {
    const found = await withOperator(context, { make: false }, (operator) =>
      operator.call('policy', { revision }),
    )
    if (found !== null) return found as unknown as CompiledPolicy
    await context.note(
      'The policy of that time is no longer in the history: its rules cannot be told.',
    )
  } catch (error) {
    await context.note(`The policy of that time cannot be read: ${toCliError(error).message}`)
  }
  return undefined
}
