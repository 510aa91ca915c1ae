// The challenge: what is asked for, why, and the field for the code, and the passkey.
import { type Html, html } from '../html.ts'
import { layout } from '../layout.ts'
import { type AskedRequirement, actionInWords, requirementInWords } from '../words.ts'

export type StepUpProblem = 'wrong_code' | 'wrong_passkey'

export interface StepUpData {
  readonly user: string
  readonly ticket: string
  readonly action: string
  readonly resource: Readonly<Record<string, unknown>>
  readonly requirement: AskedRequirement
  readonly problem?: StepUpProblem | undefined
  /** The code that the demo authenticator shows; only from `demoAuthenticator`. */
  readonly demoCode?: string | undefined
  /** What a passkey is to sign, from `passkeys.ask`. */
  readonly passkey?: object | undefined
}

export function stepUpPage(data: StepUpData): string {
  const { user, ticket, problem, demoCode, passkey } = data
  const wrong = problem === 'wrong_code'
  return layout(
    { title: TITLES[problem ?? 'none'], user, script: passkey && 'passkey' },
    html`<div class="narrow">
<h1>Is it you?</h1>
<p class="lead">You are about to ${actionInWords(data.action, data.resource)}. ${requirementInWords(data.requirement)}</p>
${problem === 'wrong_passkey' && html`<p class="problem" role="alert">That passkey was not accepted. Try again, or enter a code.</p>`}
${wrong && html`<p class="problem" role="alert" id="wrong">That code is wrong, or was used before. Enter the next one.</p>`}
<form class="card" method="post">
<input type="hidden" name="ticket" value="${ticket}">
${passkey && html`<input type="hidden" name="passkey">`}
<div class="field"><label for="code">Code</label>
${codeField(wrong)}
<p class="hint" id="code-hint">Six digits from your authenticator app.</p></div>
<label class="check"><input type="checkbox" name="remember" value="yes"> <span>Remember this browser, so that you are asked less often. Not on a shared computer.</span></label>
<div class="actions"><button>Go on</button>
${passkey && html`<button type="button" class="quiet" data-passkey-ask="${JSON.stringify(passkey)}" hidden>Use a passkey</button>`}
<a href="/">Cancel</a></div>
${passkey && html`<output data-passkey-said></output>`}
</form>
${demoCode && authenticatorNote(user, demoCode)}
</div>`,
  )
}

const TITLES = {
  none: 'Is it you?',
  wrong_code: 'Wrong code',
  wrong_passkey: 'Wrong passkey',
} as const

function codeField(wrong: boolean): Html {
  const invalid = wrong
    ? html` aria-invalid="true" aria-describedby="wrong code-hint"`
    : html` aria-describedby="code-hint"`
  return html`<input class="code" id="code" name="code" inputmode="numeric" autocomplete="one-time-code" maxlength="7" required autofocus${invalid}>`
}

function authenticatorNote(user: string, code: string): Html {
  const href = `/demo/authenticator?user=${encodeURIComponent(user)}`
  return html`<aside class="note" aria-label="Demo authenticator">
<p>In this demo you need no phone. Your authenticator shows:</p>
<p><span class="code-shown">${code}</span> · <a href="${href}" target="_blank" rel="noopener">a fresh one</a></p>
</aside>`
}
