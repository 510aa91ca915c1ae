// The address of the challenge page with its ticket. A path: no URL is built from Host (T37).

export function challengeLocation(challengePath: string, ticket: string): string {
  return `${challengePath}${challengePath.includes('?') ? '&' : '?'}ticket=${ticket}`
}
