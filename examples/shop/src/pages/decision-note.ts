// The decision that let a person through, in words.
import type { MadeDecision } from '../client-decision.ts'
import { type Html, html } from '../html.ts'
import { decisionInWords } from '../words.ts'

/** All of it in the demo; elsewhere nothing, as for any other client. */
export function decisionNote(decision: MadeDecision | undefined, demo: boolean): Html | undefined {
  if (!demo || decision === undefined) return undefined
  const { outcome, revision, id } = decision
  return html`<div class="decision" role="status">
<p>${decisionInWords(decision)}</p>
<p class="hint">Outcome <strong>${outcome}</strong> · policy <code>${revision.slice(0, 12)}</code> · decision <code>${id}</code></p>
</div>`
}
