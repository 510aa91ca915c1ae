// countersign activate
import type {
  ActivationSummary,
  Json,
  ProposalSummary,
  RolloutStep,
  RolloutSummary,
} from '@countersign/core'
import { fromNowOn, inForce, shortRevision } from '../activation-words.ts'
import { CliError } from '../cli-error.ts'
import type { Command, Given } from '../command.ts'
import { BY, JSON_OUT, KEY, WHY } from '../command-options.ts'
import { type Context, signedBy } from '../context.ts'
import { EXIT, type ExitCode } from '../exit-code.ts'
import { printable } from '../output/printable.ts'
import { problemLines, readSoundPolicy } from '../policy-input.ts'
import { PLACE } from '../reach-backend.ts'
import { type ReachedOperator, withOperator } from '../reach-operator.ts'
import { PERCENT, readSteps, rolloutWords, STEPS } from '../rollout-words.ts'

export const activate: Command = {
  name: 'activate',
  summary: 'Puts a policy in force, or tries it beside the one that is.',
  operands: [{ name: 'policy', required: true }],
  options: {
    why: WHY,
    shadow: { type: 'flag', text: 'only watch it: what it would decide otherwise is recorded' },
    percent: PERCENT,
    steps: STEPS,
    propose: { type: 'flag', text: 'let it wait until somebody else approves it' },
    by: BY,
    key: KEY,
    ...PLACE,
    json: JSON_OUT,
  },
  examples: [
    {
      line: 'countersign activate countersign.policy.yaml --why "SEC-114: small payments without a code"',
      does: 'From the next request on, the app decides by this policy.',
    },
    {
      line: 'countersign activate candidate.yaml --shadow --why "SEC-114: what would change?"',
      does: 'It decides nothing; countersign rollout shows what it would have decided otherwise.',
    },
    {
      line: 'countersign activate candidate.yaml --steps 1:1h,10:1d,50 --why "SEC-114"',
      does: 'It decides for 1 % of the people for an hour, for 10 % for a day, then for 50 %, until countersign promote or abort.',
    },
  ],
  happens:
    'Checks the policy as countersign check does, then tells the app to put it in force, and returns once the next request is decided by it. It becomes an activation with a position such as 1:7, which history shows and rollback takes back. It is refused where an action that the app guards would no longer be covered, or where it counts a signal that nothing provides. Remembered devices stay remembered. Where no app runs, its own detectors and guarded actions are not known: what needs a detector of its own is then refused. Where instances share a backend, --key signs it, and every instance verifies that. With --propose nothing changes until somebody else approves it; where the policy in force says approval: second-person, whatever may loosen has to be proposed. With --shadow, --percent or --steps the policy in force goes on to decide for all others; who comes first is drawn for each rollout anew, and stays the same at every request and on every instance.',
  exits: {
    1: 'the policy has an error',
    3: 'refused, for what it would do to the app; the policy before stays in force',
    4: 'the file or the data directory cannot be reached',
    5: 'the app did not answer',
  },
  run: runActivate,
}

async function runActivate(context: Context, given: Given): Promise<ExitCode> {
  const plan = readPlan(given)
  const signed = signedBy(context, given)
  const { text, file, problems } = await readSoundPolicy(context, given.need('policy'))
  for (const line of problemLines(file, problems)) await context.note(line)
  return withOperator(context, { make: true }, async (operator) => {
    if (given.flag('propose')) {
      const asked = { policy: text, ...signed, ...(plan === undefined ? {} : { plan }) }
      const waits = (await call(operator, 'propose', asked)) as unknown as ProposalSummary
      await context.result({ via: operator.via, ...waits }, proposalWords(waits))
      return EXIT.done
    }
    if (plan !== undefined) {
      const asked = { policy: text, ...signed, plan }
      const tried = (await call(operator, 'rollout', asked)) as unknown as RolloutSummary
      const moves =
        plan === 'shadow'
          ? 'To end it: countersign abort --why "…"\n'
          : 'To take it back: countersign abort --why "…". For everybody: countersign promote --why "…"\n'
      await context.result({ via: operator.via, ...tried }, `${rolloutWords(tried)}${moves}`)
      return EXIT.done
    }
    const called = await call(operator, 'activate', { policy: text, ...signed })
    const active = called as unknown as ActivationSummary
    await context.result(
      { via: operator.via, ...active },
      `${inForce(context, active)}${fromNowOn(operator)}To take it back: countersign rollback --why "…"\n`,
    )
    return EXIT.done
  })
}

function proposalWords({ name, revision, proposal }: ProposalSummary): string {
  const what = `${printable(name)}, revision ${shortRevision(revision)}, as proposal ${proposal}`
  return `Proposed: ${what}. Nothing changes until somebody else does: countersign approve ${proposal} --why "…"\n`
}

function readPlan(given: Given): 'shadow' | readonly RolloutStep[] | undefined {
  const steps = readSteps(given)
  if (!given.flag('shadow')) return steps
  if (steps === undefined) return 'shadow'
  throw new CliError(
    EXIT.usage,
    'one_of',
    '--shadow decides for nobody: leave --percent and --steps out.',
  )
}

async function call(
  operator: ReachedOperator,
  command: 'activate' | 'rollout' | 'propose',
  asked: { policy: string; by: string; why: string },
): Promise<Json> {
  try {
    return await operator.call(command, asked)
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (operator.via === 'app' || code !== 'signal_without_source') throw error
    const advice =
      operator.via === 'files'
        ? 'If the app has a detector for it, start the app and activate the policy then.'
        : 'If the app has a detector for it, activate the policy in the app: guard.operator.activate.'
    throw new CliError(EXIT.refused, code, `${message} ${advice}`)
  }
}
