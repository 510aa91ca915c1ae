// The public page: what this is, and what to try.
import { type Html, html } from '../html.ts'
import { layout } from '../layout.ts'

export function homePage(data: {
  readonly user?: string | undefined
  readonly demo: boolean
}): string {
  const { user, demo } = data
  return layout(
    { title: 'Welcome', user },
    html`<h1>Prove yourself only when it matters</h1>
<p class="lead">A small shop behind Countersign. It asks for a second factor when the policy says so, and stops asking where an opt-out holds.</p>
<p class="actions">${callToAction(user)}</p>`,
    html`<section class="card">
<h2>What to try</h2>
<ol>
<li>Sign in as <code>alice</code>, <code>bob</code> or <code>carol</code>; the password is <code>correct-horse</code>.</li>
<li>Send €20: a small payment goes through on the password alone.</li>
<li>Send €200: now you are asked for a code. Tick “Remember this browser”.</li>
<li>Sign out, sign in again, send €200: nobody asks, because this browser is remembered.</li>
<li>Make an API key: that is sensitive, so no opt-out holds for it.</li>
<li>Take the browser off your devices, and send €200 once more.</li>
</ol>
</section>`,
    demo &&
      html`<p class="note">This is the demo, so you need no phone: the code is shown where it is asked for. It is also at <code>/demo/authenticator?user=alice</code>, for this machine only.</p>`,
  )
}

function callToAction(user: string | undefined): Html {
  return user === undefined
    ? html`<a class="button" href="/login">Sign in</a>`
    : html`<a class="button" href="/account">Go to your account</a> <span>You are signed in as <strong>${user}</strong>.</span>`
}
