// Subject identifiers (RFC 9493; SSF 1.0, section 3): whom a security event is about, with each format's members checked.
import type { Json } from '@countersign/core'

/** One subject in one format. Formats that are not known here are kept as they came: they are agreed on between the parties. */
export interface SubjectIdentifier {
  readonly format: string
  readonly [member: string]: Json
}

/** The text members that each format has to have. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  account: ['uri'],
  did: ['url'],
  email: ['email'],
  iss_sub: ['iss', 'sub'],
  jwt_id: ['iss', 'jti'],
  opaque: ['id'],
  phone_number: ['phone_number'],
  saml_assertion_id: ['issuer', 'assertion_id'],
  uri: ['uri'],
}
const MOST_ALIASES = 20

/** What is wrong with it, or `undefined`. */
export function whatIsWrongWith(value: Json | undefined): string | undefined {
  if (!isMap(value)) return 'sub_id must be an object'
  const { format } = value
  if (typeof format !== 'string' || format === '') return 'sub_id must have a format'
  if (format === 'aliases') return checkAliases(value['identifiers'])
  if (format === 'complex') return checkComplex(value)
  if (format === 'ip-addresses') return checkAddresses(value['ip-addresses'])
  return checkSimple(value, format)
}

function checkSimple(
  value: { readonly [member: string]: Json },
  format: string,
): string | undefined {
  const members = Object.hasOwn(MEMBERS, format) ? (MEMBERS[format] ?? []) : []
  const missing = members.find((name) => typeof value[name] !== 'string' || value[name] === '')
  return missing === undefined ? undefined : `sub_id of format ${format} must have ${missing}`
}

/** RFC 9493, 3.2.8: at least one, and no aliases inside aliases. */
function checkAliases(identifiers: Json | undefined): string | undefined {
  if (!Array.isArray(identifiers) || identifiers.length === 0 || identifiers.length > MOST_ALIASES)
    return `sub_id of format aliases must have 1 to ${MOST_ALIASES} identifiers`
  for (const one of identifiers as readonly Json[]) {
    const wrong = checkMember(one, 'aliases')
    if (wrong !== undefined) return wrong
  }
  return undefined
}

/** SSF 1.0, 3.3: one or more members, each a simple subject. */
function checkComplex(value: { readonly [member: string]: Json }): string | undefined {
  const members = Object.entries(value).filter(([name]) => name !== 'format')
  if (members.length === 0) return 'sub_id of format complex must have a member'
  for (const [, member] of members) {
    const wrong = checkMember(member, 'complex')
    if (wrong !== undefined) return wrong
  }
  return undefined
}

function checkMember(member: Json | undefined, inside: string): string | undefined {
  if (isMap(member) && (member['format'] === 'complex' || member['format'] === 'aliases'))
    return `sub_id of format ${inside} must have simple subjects inside`
  return whatIsWrongWith(member)
}

function checkAddresses(list: Json | undefined): string | undefined {
  const good =
    Array.isArray(list) && list.length > 0 && list.every((one) => typeof one === 'string')
  return good ? undefined : 'sub_id of format ip-addresses must have a list of texts'
}

function isMap(value: Json | undefined): value is { readonly [member: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
