// Which answer asks for a step-up, and where: RFC 9470's 401 with the problem that Countersign's guards send with it.

/** `undefined` for any other answer, and for a challenge that is not a page of this very origin. */
export async function readChallengeUrl(response: Response): Promise<URL | undefined> {
  const asked = response.headers.get('www-authenticate') ?? ''
  if (response.status !== 401 || !/\berror="?insufficient_user_authentication\b/.test(asked)) return
  try {
    const { challengeUrl } = await response.clone().json()
    if (typeof challengeUrl !== 'string') return
    const url = new URL(challengeUrl, response.url)
    // a blob: has the origin of whoever made it
    if (url.origin === location.origin && url.protocol === location.protocol) return url
  } catch {
    // no JSON, or no URL
  }
  return
}
