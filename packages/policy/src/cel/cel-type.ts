// The static types of the admitted CEL. `any` is CEL's dyn, `none` the type of what is in an empty list or map, `level`
// a string of which only three values exist.

export type CelType =
  | 'bool'
  | 'int'
  | 'double'
  | 'string'
  | 'null'
  | 'level'
  | 'any'
  | 'none'
  | { readonly list: CelType }
  | { readonly map: CelType }

/** In words, for messages. */
export function describeType(type: CelType): string {
  if (typeof type !== 'string') {
    return 'list' in type ? `a list of ${plural(type.list)}` : `a map of ${plural(type.map)}`
  }
  return words[type][0]
}

export function sameType(a: CelType, b: CelType): boolean {
  return commonType(a, b) !== undefined
}

/** The type of what may be either; undefined where the two don't go together. */
export function commonType(a: CelType, b: CelType): CelType | undefined {
  if (a === 'none') return b
  if (b === 'none') return a
  if (a === 'any' || b === 'any') return 'any'
  if (typeof a === 'string' || typeof b === 'string') return a === b ? a : undefined
  if ('list' in a) {
    const list = 'list' in b ? commonType(a.list, b.list) : undefined
    return list && { list }
  }
  const map = 'map' in b ? commonType(a.map, b.map) : undefined
  return map && { map }
}

export function isListType(type: CelType): type is { readonly list: CelType } {
  return typeof type === 'object' && 'list' in type
}

export function isMapType(type: CelType): type is { readonly map: CelType } {
  return typeof type === 'object' && 'map' in type
}

/** The type of an item of a list or a value of a map; undefined for what is neither. */
export function itemTypeOf(type: CelType): CelType | undefined {
  if (type === 'any') return 'any'
  const item = isListType(type) ? type.list : isMapType(type) ? type.map : undefined
  return item === 'none' ? 'any' : item
}

export function isNumber(type: CelType): type is 'int' | 'double' {
  return type === 'int' || type === 'double'
}

function plural(type: CelType): string {
  return typeof type === 'string' ? words[type][1] : describeType(type).replace(/^a /, '')
}

const words: Readonly<Record<Extract<CelType, string>, readonly [string, string]>> = {
  bool: ['a boolean', 'booleans'],
  int: ['an integer', 'integers'],
  double: ['a number with a fraction (double)', 'doubles'],
  string: ['a string', 'strings'],
  null: ['null', 'nulls'],
  level: ['a risk level', 'risk levels'],
  any: ['of any type', 'values of any type'],
  none: ['nothing', 'nothing'],
}
