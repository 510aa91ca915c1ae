// The frame around every page of the shop, and the headers that go with it.
import { createHash } from 'node:crypto'
import { type Html, type HtmlValue, html, toMarkup } from './html.ts'
import { STYLESHEET } from './stylesheet.ts'

// the browser's own way to the packages that a script imports
const IMPORTS: Html = html`{ "imports": { "@countersign/browser": "/assets/countersign/index.js", "@simplewebauthn/browser": "/assets/webauthn/index.umd.min.js" } }`

/** No frame, no style and no script but our own; forms and requests go to the shop only. */
export const PAGE_HEADERS: Readonly<Record<string, string>> = Object.freeze({
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': [
    "default-src 'none'",
    `style-src '${hashOf(STYLESHEET)}'`,
    `script-src 'self' '${hashOf(IMPORTS)}'`,
    "connect-src 'self'",
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
  /** Of `scripts/`. */
  readonly script?: 'pay-from-here' | 'confirmed' | 'passkey' | undefined
}

export function layout({ title, user, script }: Frame, ...content: readonly HtmlValue[]): string {
  const page = html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Countersign shop</title>
<link rel="icon" href="${ICON}">
<style>${STYLESHEET}</style>
${script && html`<script type="importmap">${IMPORTS}</script><script type="module" src="/assets/shop/${script}.js"></script>`}
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

function hashOf(text: Html): string {
  return `sha256-${createHash('sha256').update(toMarkup(text)).digest('base64')}`
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
