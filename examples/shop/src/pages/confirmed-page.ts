// Where a challenge in a popup ends: tells the page behind it, which closes it.
import { html } from '../html.ts'
import { layout } from '../layout.ts'

export function confirmedPage(): string {
  return layout(
    { title: 'Confirmed', script: 'confirmed' },
    html`<h1>Thank you</h1>
<p class="lead">It is confirmed. You can close this window.</p>`,
  )
}
