// The frame around every page of the shop, and the headers that go with it.
import { createHash } from 'node:crypto'
import { type Html, type HtmlValue, html, toMarkup } from './html.ts'
import { STYLESHEET } from './stylesheet.ts'

/** No script, no frame, no style but our own; forms go to the shop only. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(toMarkup(STYLESHEET)).digest('base64')}'`,
    'img-src data:',
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  // not no-referrer: with it browsers send `Origin: null` with a form, and no opt-out holds for that
  'referrer-policy': 'same-origin',
  'cache-control': 'private, no-store',
})

export interface Frame {
  readonly title: string
  /** Who is signed in. */
  readonly user?: string | undefined
}

export function layout({ title, user }: Frame, ...content: readonly HtmlValue[]): string {
  const page = html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Countersign shop</title>
<link rel="icon" href="${ICON}">
<style>${STYLESHEET}</style>
</head>
<body>
<header>
<a class="brand" href="/">Countersign shop</a>
${user === undefined ? html`<a href="/login">Sign in</a>` : signedInNavigation(user)}
</header>
<main>
${content}
</main>
<footer>An example. No money moves.</footer>
</body>
</html>
`
  return `<!doctype html>\n${toMarkup(page)}`
}

function signedInNavigation(user: string): Html {
  return html`<a href="/account">Account</a>
<a href="/devices">Devices</a>
<span class="who">${user}</span>
<form method="post" action="/logout"><button class="quiet">Sign out</button></form>`
}

const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="4" fill="#2457d6"/><path d="m4 8 3 3 5-6" fill="none" stroke="#fff" stroke-width="2"/></svg>',
)}`
