// Who a token says it is from, before it is verified: it chooses among the transmitters, and is believed by none.
import { decodeJwt } from 'jose/jwt/decode'

export function peekIssuer(jwt: string): string | undefined {
  try {
    const { iss } = decodeJwt(jwt)
    return typeof iss === 'string' ? iss : ''
  } catch {
    return undefined
  }
}
