// The declared attributes of an action, copied out of whatever the app gave: typed, bounded, frozen.
import type { ActionDeclaration, AttributeDeclaration } from '../policy/compiled-policy.ts'
import type { Fact } from '../policy/facts.ts'
import type { Json } from '../ports/json.ts'

export type Resource = Readonly<Record<string, Fact<Json>>>

const MISSING: Fact<Json> = Object.freeze({ is: 'unknown', why: 'fact_missing' })
const WRONG_TYPE: Fact<Json> = Object.freeze({ is: 'unknown', why: 'fact_wrong_type' })
const FAILED: Fact<Json> = Object.freeze({ is: 'unknown', why: 'fact_failed' })

const DECIMAL = /^-?\d{1,17}(?:\.\d{1,17})?$/
const LONGEST_STRING = 4_096

/**
 * Each declared attribute as a fact. One that is missing, inherited, ill-typed or beyond its declared limits is
 * unknown: a client can leave it out or spoil it. Of strings only canonical decimal numbers are coerced, for forms
 * send nothing else.
 */
export function coerceResource(declaration: ActionDeclaration, given: unknown): Resource {
  const resource: Record<string, Fact<Json>> = {}
  for (const name of Object.keys(declaration.resource)) {
    const attribute = declaration.resource[name]
    if (attribute !== undefined) resource[name] = readAttribute(attribute, given, name)
  }
  return Object.freeze(resource)
}

/** The attributes that are known, as plain JSON: what a challenge page shows. */
export function knownAttributes(resource: Resource): Readonly<Record<string, Json>> {
  const known: Record<string, Json> = {}
  for (const [name, fact] of Object.entries(resource))
    if (fact.is === 'known') known[name] = fact.value
  return known
}

function readAttribute(declared: AttributeDeclaration, given: unknown, name: string): Fact<Json> {
  try {
    if (typeof given !== 'object' || given === null || !Object.hasOwn(given, name)) return MISSING
    const value = coerce(declared, (given as Record<string, unknown>)[name])
    return value === undefined ? WRONG_TYPE : Object.freeze({ is: 'known', value })
  } catch {
    return FAILED // a getter that throws
  }
}

function coerce(declared: AttributeDeclaration, value: unknown): Json | undefined {
  switch (declared.type) {
    case 'boolean':
      return typeof value === 'boolean' ? value : undefined
    case 'string':
      return typeof value === 'string' && fitsString(declared, value) ? value : undefined
    case 'integer':
    case 'number': {
      const number = toNumber(declared.type, value)
      return number !== undefined && fitsNumber(declared, number) ? number : undefined
    }
  }
}

function toNumber(type: 'integer' | 'number', value: unknown): number | undefined {
  let number: unknown = value
  if (typeof value === 'string') {
    number = readCanonicalNumber(value)
  }
  if (typeof number !== 'number' || !Number.isFinite(number)) return undefined
  return type === 'integer' && !Number.isSafeInteger(number) ? undefined : number
}

/** The one spelling that the number itself has: no plus, no leading or trailing zero, no exponent, no lost digit. */
function readCanonicalNumber(text: string): number | undefined {
  const number = DECIMAL.test(text) ? Number(text) : Number.NaN
  return String(number) === text ? number : undefined
}

function fitsNumber(
  declared: Extract<AttributeDeclaration, { type: 'integer' | 'number' }>,
  value: number,
): boolean {
  if (declared.minimum !== undefined && value < declared.minimum) return false
  if (declared.maximum !== undefined && value > declared.maximum) return false
  return declared.enum === undefined || declared.enum.includes(value)
}

// lengths in code points, as JSON Schema counts them
function fitsString(
  declared: Extract<AttributeDeclaration, { type: 'string' }>,
  value: string,
): boolean {
  if (value.length > LONGEST_STRING) return false
  if (declared.minLength !== undefined || declared.maxLength !== undefined) {
    let length = 0
    for (const _ of value) length++
    if (length < (declared.minLength ?? 0) || length > (declared.maxLength ?? LONGEST_STRING))
      return false
  }
  return declared.enum === undefined || declared.enum.includes(value)
}
