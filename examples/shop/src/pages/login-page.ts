// The password form.
import { html } from '../html.ts'
import { layout } from '../layout.ts'

const PROBLEMS = {
  wrong_password: 'That name and password do not belong together.',
  too_many_attempts: 'Too many attempts. Wait a minute, then try again.',
} as const

export function loginPage(data: {
  /** As it was typed. */
  readonly name?: string | undefined
  readonly problem?: keyof typeof PROBLEMS | undefined
  readonly demo: boolean
}): string {
  const { name, problem, demo } = data
  return layout(
    { title: 'Sign in' },
    html`<div class="narrow">
<h1>Sign in</h1>
<p class="lead">With your name and password.</p>
${problem && html`<p class="problem" role="alert">${PROBLEMS[problem]}</p>`}
<form class="card" method="post" action="/login">
<div class="field"><label for="user">Name</label>
<input id="user" name="user" value="${name}" autocomplete="username" autocapitalize="none" spellcheck="false" required></div>
<div class="field"><label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required></div>
<button>Sign in</button>
</form>
${demo && html`<p class="note">In this demo: <code>alice</code>, <code>bob</code> or <code>carol</code>, with <code>correct-horse</code>.</p>`}
</div>`,
  )
}
