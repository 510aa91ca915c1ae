// Whether a request comes from this machine: only then is a code shown.
import { isFromHere } from '@countersign/example-shop'

/**
 * Next tells no peer; it writes the peer into X-Forwarded-For where a client wrote nothing. A client may write what it
 * likes, which is why the demo also listens on the loopback alone.
 */
export function isRequestFromHere({ headers }: Request): boolean {
  return isFromHere(headers.get('x-forwarded-for') ?? undefined, headers.get('host'))
}
