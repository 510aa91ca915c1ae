// The pages for what went another way: each status has its words.
import { html } from '../html.ts'
import { layout } from '../layout.ts'

const MESSAGES = {
  400: [
    'This link is no good',
    'It is too old, was used before, or is not yours. Go back and start again.',
  ],
  403: ['You may not do this', 'The shop does not allow it. If you think it should, tell support.'],
  404: ['There is nothing here', 'The address may be misspelt, or what it named is gone.'],
  503: [
    'We cannot tell right now',
    'The shop could not find out whether to allow this. Try again in a moment.',
  ],
} as const

export type MessageStatus = keyof typeof MESSAGES

export function messagePage(data: {
  readonly status: MessageStatus
  readonly user?: string | undefined
  /** So that support can find the record. */
  readonly decisionId?: string | undefined
}): string {
  const { status, user, decisionId } = data
  const [title, text] = MESSAGES[status]
  return layout(
    { title, user },
    html`<h1>${title}</h1>
<p class="lead">${text}</p>
${decisionId && html`<p class="hint">Decision <code>${decisionId}</code></p>`}
<p class="actions"><a class="button" href="${user === undefined ? '/' : '/account'}">Go back</a></p>`,
  )
}
