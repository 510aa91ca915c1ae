// Why a security event token is refused, in the codes of RFC 8935, section 2.4. RFC 8936 uses the same in `setErrs`.
import type { SignatureFailure } from '@countersign/core'

export type SetErrorCode =
  | 'invalid_request'
  | 'invalid_key'
  | 'invalid_issuer'
  | 'invalid_audience'
  | 'authentication_failed'
  | 'access_denied'
  /** SSF 1.0, 8.1.4.1: a verification with a state that was not asked for. */
  | 'invalid_state'

export interface SetError {
  readonly ok: false
  readonly err: SetErrorCode
  /** For whoever operates the transmitter. It says nothing that the token did not. */
  readonly description: string
  /** True: the fault is here and may pass (keys could not be had), so that the same token may be good later. */
  readonly retry?: true
}

export function refuse(err: SetErrorCode, description: string): SetError {
  return { ok: false, err, description }
}

/** RFC 8935 has no code for an unacceptable algorithm or signature of its own: the key is what cannot be accepted. */
const SIGNATURE_ERRORS: Readonly<Record<SignatureFailure, SetError>> = {
  malformed: refuse('invalid_request', 'this is no signed JWT in canonical compact serialization'),
  too_large: refuse('invalid_request', 'the token is too large'),
  type_not_allowed: refuse('invalid_request', 'the header typ must be secevent+jwt'),
  critical_not_understood: refuse('invalid_request', 'the header has critical extensions (crit)'),
  algorithm_not_allowed: refuse('invalid_key', 'the algorithm is not one agreed on'),
  key_not_found: refuse('invalid_key', 'no key of the issuer has this kid and algorithm'),
  signature_invalid: refuse('invalid_key', 'the signature is not of a key of the issuer'),
  keys_unavailable: {
    ...refuse('invalid_key', 'the keys of the issuer cannot be had now'),
    retry: true,
  },
}

export function toSetError(reason: SignatureFailure): SetError {
  return SIGNATURE_ERRORS[reason]
}
