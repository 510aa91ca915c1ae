// A new API key, shown once.
import type { MadeDecision } from '../client-decision.ts'
import { html } from '../html.ts'
import { layout } from '../layout.ts'
import { decisionNote } from './decision-note.ts'

export function apiKeyPage(data: {
  readonly user: string
  readonly name: string
  readonly key: string
  readonly decision?: MadeDecision | undefined
  readonly demo: boolean
}): string {
  const { user, name, key, decision, demo } = data
  return layout(
    { title: 'New API key', user },
    html`<h1>Your key “${name}”</h1>
<p class="lead">Copy it now: it is shown only once.</p>
<p><span class="secret">${key}</span></p>
${decisionNote(decision, demo)}
<p class="actions"><a class="button" href="/account">Back to your account</a></p>`,
  )
}
