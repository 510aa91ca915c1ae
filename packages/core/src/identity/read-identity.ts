// From what the app configured as `identity` to who asks: somebody, nobody, or a failure. Nothing of a client's words.
import { ConfigurationError, describeValue } from '../configuration-error.ts'
import type { RequestReader } from '../request/request-reader.ts'
import { type Identity, parseIdentity, type VerifiedIdentity } from './identity.ts'
import { isJwtIdentity, type JwtIdentity } from './jwt-identity.ts'

export type WhoAsks =
  | {
      readonly is: 'known'
      readonly identity: VerifiedIdentity
      /** It came in a header, which no page of another site can make a browser send. */
      readonly byHeader: boolean
    }
  | { readonly is: 'nobody' }
  /** The app's function threw or answered what is no identity, or keys could not be had: a failure, never nobody. */
  | { readonly is: 'failed'; readonly why: unknown }

/** A function of the framework's request, or `jwtIdentity(...)`. */
export type IdentityOption<Request> =
  | ((request: Request) => Identity | undefined | null | Promise<Identity | undefined | null>)
  | JwtIdentity

export type ReadIdentity<Request> = (request: Request, reader: RequestReader) => Promise<WhoAsks>

/** @throws ConfigurationError `identity_malformed` */
export function prepareIdentity<Request>(option: IdentityOption<Request>): ReadIdentity<Request> {
  if (isJwtIdentity(option)) return (_, reader) => readJwt(option, reader)
  if (typeof option === 'function') return (request) => readFunction(option, request)
  throw new ConfigurationError({
    code: 'identity_malformed',
    path: 'identity',
    problem: 'must be a function of the request, or jwtIdentity(...)',
    got: describeValue(option),
    fix: 'Write identity: (req) => req.session.userId ? { subject: req.session.userId, session: req.session.id } : undefined.',
  })
}

async function readJwt(option: JwtIdentity, reader: RequestReader): Promise<WhoAsks> {
  const reading = await option.read(reader)
  if (reading.ok)
    return { is: 'known', identity: reading.identity, byHeader: reading.by === 'header' }
  return reading.why === 'keys_unavailable' ? { is: 'failed', why: reading.why } : { is: 'nobody' }
}

async function readFunction<Request>(
  option: Extract<IdentityOption<Request>, (...args: never[]) => unknown>,
  request: Request,
): Promise<WhoAsks> {
  try {
    const parsed = parseIdentity(await option(request))
    if (parsed.ok) return { is: 'known', identity: parsed.identity, byHeader: false }
    return parsed.why === 'absent' ? { is: 'nobody' } : { is: 'failed', why: parsed.why }
  } catch (error) {
    return { is: 'failed', why: error }
  }
}
