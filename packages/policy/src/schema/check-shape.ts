// A value against its shape: every deviation becomes a finding with its path.
import { didYouMean } from '../problems/did-you-mean.ts'
import type { Path } from '../problems/policy-problem.ts'
import { type Finding, showValue } from '../problems/problem-collector.ts'
import type {
  EitherShape,
  FieldsShape,
  ListShape,
  MapShape,
  NumberShape,
  Shape,
  TextShape,
  VariantsShape,
} from './shape.ts'
import {
  atLeastOne,
  duplicateItem,
  exactlyOne,
  isEmpty,
  missingKey,
  missingVariant,
  notBuilt,
  notOneOf,
  outOfRange,
  reserved,
  tooMany,
  unknownKey,
  wrongType,
} from './shape-findings.ts'

type Findings = readonly Finding[]
type Mapping = Readonly<Record<string, unknown>>

export function checkShape(value: unknown, shape: Shape, path: Path): Findings {
  switch (shape.is) {
    case 'text':
      return checkText(value, shape, path)
    case 'number':
      return checkNumber(value, shape, path)
    case 'flag':
      return typeof value === 'boolean' ? [] : [wrongType(value, path, 'true or false')]
    case 'constant':
      return value === shape.value ? [] : [notOneOf(value, [shape.value], path)]
    case 'choice':
      return shape.of.includes(value as string) ? [] : [notOneOf(value, shape.of, path)]
    case 'list':
      return checkList(value, shape, path)
    case 'map':
      return checkMap(value, shape, path)
    case 'fields':
      return checkFields(value, shape, path)
    case 'variants':
      return checkVariants(value, shape, path)
    case 'either':
      return checkEither(value, shape, path)
    case 'anything':
      return []
  }
}

function checkText(value: unknown, shape: TextShape, path: Path, atKey = false): Findings {
  if (typeof value !== 'string') return [wrongType(value, path, 'a text', shape.write)]
  const mistake = describeText(value, shape)
  if (mistake === undefined) return []
  const meant = shape.suggest?.(value)
  const fix = meant === undefined ? shape.write : `write ${meant}`
  return [{ ...mistake, path, atKey, found: showValue(value), fix }]
}

function describeText(
  text: string,
  shape: TextShape,
): Pick<Finding, 'code' | 'message'> | undefined {
  if (text.length > shape.maxLength) {
    return { code: 'malformed', message: `this is longer than ${shape.maxLength} characters` }
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.test(text)) {
    return { code: 'control_character', message: 'this contains a control character' }
  }
  const matches = shape.pattern === undefined || shape.pattern.test(text)
  if (matches && (shape.parse === undefined || shape.parse(text) !== undefined)) return undefined
  return { code: 'malformed', message: 'this is not written as it has to be' }
}

function checkNumber(value: unknown, shape: NumberShape, path: Path): Findings {
  const fits = shape.integer ? Number.isSafeInteger(value) : Number.isFinite(value)
  if (typeof value !== 'number' || !fits) {
    return [wrongType(value, path, shape.integer ? 'a whole number' : 'a number')]
  }
  const tooSmall = shape.above ? value <= shape.minimum : value < shape.minimum
  return tooSmall || value > shape.maximum ? [outOfRange(value, shape, path)] : []
}

function checkList(value: unknown, shape: ListShape, path: Path): Findings {
  if (!Array.isArray(value)) {
    return [wrongType(value, path, 'a list', 'write a list, such as [a, b]')]
  }
  if (value.length < shape.minItems) return [isEmpty(value, path, 'one item')]
  if (value.length > shape.maxItems) return [tooMany(value.length, shape.maxItems, path)]
  const inside = value.flatMap((item, index) => checkShape(item, shape.of, [...path, index]))
  return shape.unique ? [...inside, ...checkUnique(value, path)] : inside
}

function checkUnique(items: readonly unknown[], path: Path): Findings {
  const seen = new Set<unknown>()
  return items.flatMap((item, index) => {
    if (seen.has(item)) return [duplicateItem(item, [...path, index])]
    seen.add(item)
    return []
  })
}

function checkMap(value: unknown, shape: MapShape, path: Path): Findings {
  if (!isMapping(value)) {
    return [wrongType(value, path, 'a mapping', 'write name: value, one per line')]
  }
  const entries = Object.entries(value)
  if (entries.length < shape.minEntries) return [isEmpty(value, path, 'one entry')]
  return entries.flatMap(([key, inner]) => {
    const innerPath = [...path, key]
    // `constructor` and the like would be found on any object that is asked for them
    const name =
      key in {} ? [reserved(key, innerPath)] : checkText(key, shape.keys, innerPath, true)
    return [...name, ...checkShape(inner, shape.of, innerPath)]
  })
}

function checkFields(value: unknown, shape: FieldsShape, path: Path): Findings {
  if (!isMapping(value)) {
    const keys = Object.keys(shape.fields).slice(0, 4).join(', ')
    return [wrongType(value, path, 'a mapping', `write a mapping with the keys ${keys} …`)]
  }
  const unknown = Object.keys(value).filter((key) => !Object.hasOwn(shape.fields, key))
  // a key that is misspelt is not missing too
  const meant = unknown.map((key) => didYouMean(key, Object.keys(shape.fields)))
  const isThere = (key: string): boolean => Object.hasOwn(value, key) || meant.includes(key)
  const known = Object.entries(shape.fields).flatMap(([key, field]) => {
    if (Object.hasOwn(value, key)) return checkShape(value[key], field.shape, [...path, key])
    return field.required && !isThere(key) ? [missingKey(key, field.shape, path)] : []
  })
  const strangers = unknown.map((key) => unknownKey(key, shape, [...path, key]))
  return [...known, ...strangers, ...checkPresence(isThere, shape, path)]
}

function checkPresence(
  isThere: (key: string) => boolean,
  shape: FieldsShape,
  path: Path,
): Findings {
  const one = shape.exactlyOne
  const present = one?.filter(isThere) ?? []
  if (one !== undefined && present.length !== 1) return [exactlyOne(one, present, path)]
  const some = shape.atLeastOne
  return some === undefined || some.some(isThere) ? [] : [atLeastOne(some, path)]
}

function checkVariants(value: unknown, shape: VariantsShape, path: Path): Findings {
  if (!isMapping(value)) {
    return [wrongType(value, path, 'a mapping', `write a mapping with ${shape.by}: …`)]
  }
  const names = Object.keys(shape.variants)
  const name = Object.hasOwn(value, shape.by) ? value[shape.by] : undefined
  if (name === undefined) return [missingVariant(shape.by, names, path)]
  const variant = names.includes(name as string) ? shape.variants[name as string] : undefined
  if (variant !== undefined) return checkFields(value, variant, path)
  const inner = [...path, shape.by]
  const isPlanned = shape.notBuilt?.includes(name as string) ?? false
  return [isPlanned ? notBuilt(String(name), inner, false) : notOneOf(name, names, inner)]
}

function checkEither(value: unknown, shape: EitherShape, path: Path): Findings {
  if (value === shape.word) return []
  if (typeof value === 'string') return [notOneOf(value, [shape.word], path)]
  return checkShape(value, shape.other, path)
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
