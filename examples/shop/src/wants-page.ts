// Who gets a page and who gets JSON, by the same rule as the guard's own replies (Fetch Metadata).

/** True for a top-level navigation; fetch, curl and older browsers get JSON. */
export function wantsPage(header: (name: string) => string | null | undefined): boolean {
  return header('sec-fetch-mode') === 'navigate' && header('sec-fetch-dest') === 'document'
}

/** True where a browser says that another site sent the request: login and logout refuse those (login CSRF). */
export function isFromAnotherSite(header: (name: string) => string | null | undefined): boolean {
  return ['cross-site', 'same-site'].includes(header('sec-fetch-site') ?? '')
}
