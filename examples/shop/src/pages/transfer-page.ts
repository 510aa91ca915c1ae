// Money is on its way.
import type { MadeDecision } from '../client-decision.ts'
import { html } from '../html.ts'
import { layout } from '../layout.ts'
import { euros } from '../words.ts'
import { decisionNote } from './decision-note.ts'

export function transferPage(data: {
  readonly user: string
  readonly amount: string | number
  readonly payee: string
  readonly decision?: MadeDecision | undefined
  readonly demo: boolean
}): string {
  const { user, amount, payee, decision, demo } = data
  return layout(
    { title: 'Money sent', user },
    html`<h1>${euros(amount)} sent to ${payee}</h1>
<p class="lead">It arrives within seconds.</p>
${decisionNote(decision, demo)}
<p class="actions"><a class="button" href="/account">Back to your account</a></p>`,
  )
}
