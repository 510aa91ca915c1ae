// The kinds of text that a policy contains.
import { durationPattern, parseDuration } from '../words/parse-duration.ts'
import { endPattern, parseEnd } from '../words/parse-end.ts'
import { parseNetwork } from '../words/parse-network.ts'
import type { TextShape } from './shape.ts'

/** Of rules, opt-outs, threat models and segments. */
export function nameText(about: string): TextShape {
  return {
    is: 'text',
    about,
    pattern: /^[A-Za-z0-9][A-Za-z0-9._-]*$/,
    maxLength: 64,
    write: 'write a name of letters, digits, dots, dashes and underscores, such as money-out',
  }
}

/** For people; never compared. */
export function freeText(about: string): TextShape {
  return { is: 'text', about, pattern: /\S/, maxLength: 500, write: 'write a text' }
}

export const actionName: TextShape = {
  is: 'text',
  about: 'An action, such as transfer.create.',
  pattern: /^[A-Za-z0-9][A-Za-z0-9._:/-]*$/,
  maxLength: 128,
  write: 'write a name such as transfer.create (letters, digits, and . _ : / -)',
}

export const actionPattern: TextShape = {
  is: 'text',
  about: 'An action, or a beginning followed by *, which stands for any rest, dots included.',
  pattern: /^([A-Za-z0-9][A-Za-z0-9._:/-]*)?\*?$/,
  maxLength: 128,
  write: 'write an action, or a beginning with one * at its end, such as "transfer.*"',
  parse: (text) => text || undefined,
}

export const attributeName: TextShape = {
  is: 'text',
  about: 'An attribute, which conditions read as resource.name.',
  pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
  maxLength: 64,
  write: 'write a name of letters, digits and underscores, such as amount',
  parse: (text) => (CEL_KEYWORDS.has(text) ? undefined : text),
}

const CEL_KEYWORDS: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null'])

export const signalCode: TextShape = {
  is: 'text',
  about: 'The code of a signal, such as new-device.',
  pattern: /^[a-z0-9][a-z0-9._-]*$/,
  maxLength: 64,
  write: 'write a code of small letters, digits and dashes, such as account-disabled',
}

/** Stands in `acr_values`, which is a quoted list of words. */
export const acrText: TextShape = {
  is: 'text',
  about: 'The name of a level of assurance, as identity providers write it in acr.',
  pattern: /^[!#-[\]-~]+$/,
  maxLength: 128,
  write: 'write one word without blanks and quotes, such as aal2',
}

export const methodText: TextShape = {
  is: 'text',
  about: 'A method of authentication, as identity providers write it in amr (RFC 8176).',
  pattern: /^[!#-[\]-~]+$/,
  maxLength: 64,
  write: 'write one word, such as otp',
}

export function durationText(about: string): TextShape {
  return {
    is: 'text',
    about,
    pattern: durationPattern,
    maxLength: 10,
    write: 'write a number and a unit, 90s, 15m, 12h or 30d, of at most 366d',
    parse: parseDuration,
  }
}

export const endText: TextShape = {
  is: 'text',
  about: 'When it ends, at most a year ahead: a date (until 24:00 UTC), or a moment in UTC.',
  pattern: endPattern,
  maxLength: 24,
  write: 'write a date such as 2027-03-31, or a moment such as 2027-03-31T18:00:00Z',
  parse: parseEnd,
}

export const networkText: TextShape = {
  is: 'text',
  about: 'A network in CIDR notation, such as 10.0.0.0/8 or 2001:db8::/32.',
  pattern: /^[0-9a-fA-F.:]+(\/[0-9]{1,3})?$/,
  maxLength: 49,
  write: 'write a network such as 10.0.0.0/8 or 2001:db8::/32',
  parse: (text) => parseNetwork(text).ok || undefined,
  suggest: (text) => {
    const parsed = parseNetwork(text)
    return parsed.ok ? undefined : parsed.write
  },
}

export function conditionText(about: string): TextShape {
  return {
    is: 'text',
    about,
    pattern: /\S/,
    maxLength: 4_000,
    write: 'write a condition in CEL, such as risk.level == "HIGH"',
  }
}

export const pathText: TextShape = {
  is: 'text',
  about: 'A path; * is one segment, a final ** any number of them, none too.',
  pattern: /^\//,
  maxLength: 500,
  write: 'write a path that begins with /, such as /account/**',
}
