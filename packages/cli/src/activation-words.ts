// Activations in words, alike for the commands that make or show them.
import type { ActivationSummary } from '@countersign/core'
import type { Context } from './context.ts'
import { printable } from './output/printable.ts'
import type { ReachedOperator } from './reach-operator.ts'

/** As long as it takes to tell revisions apart; the whole one is in `--json`. */
export function shortRevision(revision: string): string {
  return revision.slice(0, 12)
}

export function inForce(context: Context, active: ActivationSummary): string {
  const { name, revision, activation } = active
  return `${context.paint.good('In force:')} ${printable(name)}, revision ${shortRevision(revision)}, as activation ${activation}.\n`
}

/** What a change means for the next request. */
export function fromNowOn({ via }: ReachedOperator): string {
  return FROM_NOW_ON[via]
}

const FROM_NOW_ON: Readonly<Record<ReachedOperator['via'], string>> = {
  app: 'The running app decides its next request by it.\n',
  files: 'An app decides by it from its next start on.\n',
  backend: 'Every running instance decides by it as soon as it hears of it.\n',
}
