// Asks the browser for a passkey: one that signs a challenge, or a new one. What it says goes with the form.
import '@simplewebauthn/browser'
import type * as WebAuthn from '@simplewebauthn/browser'

declare global {
  /** The package as one file for browsers, which is what the page's import map names. */
  var SimpleWebAuthnBrowser: typeof WebAuthn
}

const { browserSupportsWebAuthn, startAuthentication, startRegistration } =
  globalThis.SimpleWebAuthnBrowser
const said = document.querySelector('[data-passkey-said]')

if (browserSupportsWebAuthn()) {
  prepare('data-passkey-ask', (options) =>
    startAuthentication({ optionsJSON: options as WebAuthn.PublicKeyCredentialRequestOptionsJSON }),
  )
  prepare('data-passkey-offer', (options) =>
    startRegistration({ optionsJSON: options as WebAuthn.PublicKeyCredentialCreationOptionsJSON }),
  )
} else say('This browser knows no passkeys.')

/** Shows the button that bears the options as `attribute`, and sends its form with what `use` brings. */
function prepare(attribute: string, use: (options: unknown) => Promise<object>): void {
  const button = document.querySelector<HTMLButtonElement>(`[${attribute}]`)
  const form = button?.form
  const answer = form?.querySelector<HTMLInputElement>('[name=passkey]')
  if (!button || !form || !answer) return
  button.hidden = false
  button.addEventListener('click', async () => {
    say('')
    try {
      answer.value = JSON.stringify(await use(JSON.parse(button.getAttribute(attribute) ?? '')))
    } catch {
      return say('That did not work. Try again.')
    }
    // a code is not needed beside it
    form.noValidate = true
    form.requestSubmit()
  })
}

function say(text: string): void {
  if (said) said.textContent = text
}
