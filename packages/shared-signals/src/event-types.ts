// The names of event types: their namespaces, and the two that are about streams themselves.

/** Continuous Access Evaluation Profile 1.0. An event type is this and its name: `${CAEP}session-revoked`. */
export const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
/** Risk Incident Sharing and Coordination 1.0: `${RISC}account-disabled`. */
export const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'

/** SSF 1.0, 8.1.4 and 8.1.5. */
export const VERIFICATION = 'https://schemas.openid.net/secevent/ssf/event-type/verification'
export const STREAM_UPDATED = 'https://schemas.openid.net/secevent/ssf/event-type/stream-updated'

/** Our own, where CAEP and RISC have none: `${COUNTERSIGN}device-reused`. */
export const COUNTERSIGN = 'urn:countersign:event-type:'
