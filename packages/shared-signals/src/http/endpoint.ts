// Addresses and credentials of another party's endpoints.
import { ConfigurationError, describeValue } from '@countersign/core'

/** The whole `Authorization` header, or what makes it, for tokens that expire. */
export type Authorization = string | (() => string | Promise<string>)

/** Credentials and events over plain http could be read by anybody. @throws ConfigurationError `endpoint_malformed` */
export function readEndpoint(value: unknown, path: string): URL {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined
  if (url !== undefined && isSafe(url)) return url
  throw new ConfigurationError({
    code: 'endpoint_malformed',
    path,
    problem: 'must be an https URL, or http on loopback',
    got: describeValue(value),
    fix: `Write ${path}: 'https://idp.example/…'.`,
  })
}

export function isSafe(url: URL): boolean {
  if (url.username !== '' || url.password !== '') return false
  if (url.protocol === 'https:') return true
  return url.protocol === 'http:' && /^(?:localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
}

/** @throws ConfigurationError `authorization_malformed` */
export function readAuthorization(value: unknown, path: string): Authorization | undefined {
  if (value === undefined || typeof value === 'function') return value as Authorization | undefined
  if (typeof value === 'string' && /^\S+ \S/.test(value)) return value
  throw new ConfigurationError({
    code: 'authorization_malformed',
    path,
    problem: 'must be the Authorization header with its scheme, or a function that makes it',
    // never the secret itself
    got: typeof value,
    fix: `Write ${path}: \`Bearer \${token}\`, or a function.`,
  })
}
