// A new passkey: the browser makes it, the shop keeps its public half.
import { html } from '../html.ts'
import { layout } from '../layout.ts'

export function passkeyPage(data: {
  readonly user: string
  /** From `passkeys.offer`. */
  readonly offer: object
  readonly problem?: 'not_added' | undefined
}): string {
  const { user, offer, problem } = data
  return layout(
    { title: 'A new passkey', user, script: 'passkey' },
    html`<div class="narrow">
<h1>A new passkey</h1>
<p class="lead">Your device keeps it, and asks for your finger, your face or its PIN. No other site can ask for it.</p>
${problem && html`<p class="problem" role="alert">That passkey was not added: it is known already, or the page was too old. Try again.</p>`}
<form class="card" method="post" action="/passkeys">
<input type="hidden" name="passkey">
<p>Once it is added, every browser that you chose to remember is forgotten.</p>
<div class="actions"><button type="button" data-passkey-offer="${JSON.stringify(offer)}" hidden>Make a passkey</button> <a href="/devices">Cancel</a></div>
<output data-passkey-said></output>
</form>
</div>`,
  )
}
