// The browsers that a person chose to remember and the passkeys that they made, and a way to end each.
import { type Html, html } from '../html.ts'
import { layout } from '../layout.ts'
import type { ListedPasskey } from '../passkeys.ts'

/** As a guard lists it; milliseconds since the epoch. */
export interface ListedDevice {
  readonly id: string
  readonly trustedAt: number
  readonly usedAt: number
  readonly endsAt: number
}

export function devicesPage(data: {
  readonly user: string
  readonly devices: readonly ListedDevice[]
  readonly passkeys: readonly ListedPasskey[]
}): string {
  const { user, devices, passkeys } = data
  return layout(
    { title: 'Your devices', user },
    html`<h1>Your devices</h1>
<p class="lead">Browsers that you chose to remember. Forget any that you do not know or no longer use.</p>
<section class="card">
${devices.length === 0 ? html`<p>No browser is remembered. Next time you enter a code you can choose to.</p>` : html`<ul class="plain">${devices.map(deviceItem)}</ul>`}
</section>
<section class="card">
<h2>Passkeys</h2>
<p class="hint">In place of a code. To add or remove one you prove that it is you.</p>
${passkeys.length > 0 && html`<ul class="plain">${passkeys.map(passkeyItem)}</ul>`}
<p class="actions"><a class="button quiet" href="/passkeys/new">Add a passkey</a></p>
</section>
<p class="actions"><a href="/account">Back to your account</a></p>`,
  )
}

function deviceItem({ id, trustedAt, usedAt, endsAt }: ListedDevice): Html {
  const action = `/devices/${encodeURIComponent(id)}/revoke`
  return html`<li>
<div><p><strong>Remembered on ${day(trustedAt)}</strong></p>
<p class="hint">Last used ${moment(usedAt)} · ends by ${day(endsAt)} · <code>${id.slice(0, 8)}</code></p></div>
<form method="post" action="${action}"><button class="quiet" aria-label="Forget the browser remembered on ${day(trustedAt)}">Forget</button></form>
</li>`
}

function passkeyItem({ id, addedAt }: ListedPasskey): Html {
  const action = `/passkeys/${encodeURIComponent(id)}/remove`
  return html`<li>
<div><p><strong>Passkey of ${day(addedAt)}</strong></p>
<p class="hint"><code>${id.slice(0, 8)}</code></p></div>
<form method="post" action="${action}"><button class="quiet" aria-label="Remove the passkey of ${day(addedAt)}">Remove</button></form>
</li>`
}

function day(ms: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeZone: 'UTC' }).format(ms)
}

function moment(ms: number): string {
  const time = new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'short',
    timeZone: 'UTC',
  }).format(ms)
  return `${time} UTC`
}
