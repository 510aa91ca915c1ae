// Who gets a page and who gets JSON, by the same rule as the guard's own replies (Fetch Metadata).

/** True for a top-level navigation; fetch, curl and older browsers get JSON. */
export function wantsPage(header: (name: string) => string | null | undefined): boolean {
  return header('sec-fetch-mode') === 'navigate' && header('sec-fetch-dest') === 'document'
}

/** True where a browser says that another site sent the request: login and logout refuse those (login CSRF). */
export function isFromAnotherSite(header: (name: string) => string | null | undefined): boolean {
  return ['cross-site', 'same-site'].includes(header('sec-fetch-site') ?? '')
}

/**
 * True where it is proved that a page of the shop itself sent the request, by the same rule as in the guard: it
 * completes no other's challenge. Asked before a code is looked at, for one that was spent is good no more.
 */
export function isFromOwnPage(
  header: (name: string) => string | null | undefined,
  publicOrigin: string,
): boolean {
  const site = header('sec-fetch-site') || undefined
  const origin = header('origin') || undefined
  if (site !== undefined && site !== 'same-origin') return false
  // withheld, by a page with `Referrer-Policy: no-referrer`
  if (origin === undefined || origin === 'null') return site !== undefined
  return origin === publicOrigin
}
