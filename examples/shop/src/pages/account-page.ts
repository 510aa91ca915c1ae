// What a signed-in person can do, each behind its own action of the policy.
import type { MadeDecision } from '../client-decision.ts'
import { html } from '../html.ts'
import { layout } from '../layout.ts'
import { decisionNote } from './decision-note.ts'

export function accountPage(data: {
  readonly user: string
  readonly decision?: MadeDecision | undefined
  readonly demo: boolean
}): string {
  const { user, decision, demo } = data
  return layout(
    { title: 'Your account', user, script: 'pay-from-here' },
    html`<h1>Hello, ${user}</h1>
<p class="lead">What you do here may need more proof than your password.</p>
${decisionNote(decision, demo)}
<div class="columns">
<section class="card">
<h2>Send money</h2>
<p class="hint">Up to €30 at a time goes without a code, within limits.</p>
<form method="post" action="/transfer">
<div class="field"><label for="payee">To</label>
<input id="payee" name="payee" maxlength="64" autocomplete="off" required></div>
<div class="field"><label for="amount">Amount in euros</label>
<input id="amount" name="amount" type="number" min="1" step="1" inputmode="numeric" autocomplete="off" required></div>
<div class="actions"><button>Send</button>
<button type="button" class="quiet" data-pay-from-here hidden>Pay from here</button></div>
<output data-pay-said></output>
</form>
</section>
<section class="card">
<h2>Make an API key</h2>
<p class="hint">Always needs a code that is at most five minutes old.</p>
<form method="post" action="/api-keys">
<div class="field"><label for="name">Name of the key</label>
<input id="name" name="name" maxlength="64" autocomplete="off" required></div>
<button>Make the key</button>
</form>
</section>
</div>
<section class="card">
<h2>Devices</h2>
<p>Browsers that you chose to remember. <a href="/devices">See them, and take one off</a>.</p>
</section>`,
  )
}
