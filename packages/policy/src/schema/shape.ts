// The words in which the tables of `schema/` describe a policy. Checking and the JSON Schema are both made from them.

export type Shape =
  | TextShape
  | NumberShape
  | FlagShape
  | ConstantShape
  | ChoiceShape
  | ListShape
  | MapShape
  | FieldsShape
  | VariantsShape
  | EitherShape
  | AnythingShape

interface Described {
  /** What it is for: what an editor shows. */
  readonly about: string
  /** As it is written: for whoever left out a list or a mapping that is needed. */
  readonly example?: string
}

export interface TextShape extends Described {
  readonly is: 'text'
  /** Anchored. */
  readonly pattern?: RegExp
  readonly maxLength: number
  /** What to write, where the pattern or `parse` refuses. */
  readonly write: string
  /** Refuses (with `undefined`) what the pattern alone cannot. */
  readonly parse?: (text: string) => unknown
  /** What was probably meant. */
  readonly suggest?: (text: string) => string | undefined
}

export interface NumberShape extends Described {
  readonly is: 'number'
  readonly integer: boolean
  readonly minimum: number
  readonly maximum: number
  /** The minimum itself is refused. */
  readonly above?: boolean
}

export interface FlagShape extends Described {
  readonly is: 'flag'
}

export interface ConstantShape extends Described {
  readonly is: 'constant'
  readonly value: string | number | boolean
}

export interface ChoiceShape extends Described {
  readonly is: 'choice'
  readonly of: readonly string[]
}

export interface ListShape extends Described {
  readonly is: 'list'
  readonly of: Shape
  readonly minItems: number
  readonly maxItems: number
  /** No two items are the same. */
  readonly unique: boolean
}

export interface MapShape extends Described {
  readonly is: 'map'
  readonly keys: TextShape
  readonly of: Shape
  readonly minEntries: number
}

export interface FieldsShape extends Described {
  readonly is: 'fields'
  readonly fields: Readonly<Record<string, Field>>
  /** Exactly one of these keys has to be there. */
  readonly exactlyOne?: readonly string[]
  /** At least one of these keys has to be there. */
  readonly atLeastOne?: readonly string[]
  /** Keys of the language that this version refuses. */
  readonly notBuilt?: readonly string[]
}

export interface Field {
  readonly shape: Shape
  readonly required: boolean
}

export interface VariantsShape extends Described {
  readonly is: 'variants'
  /** The key whose value tells which variant it is. */
  readonly by: string
  readonly variants: Readonly<Record<string, FieldsShape>>
  /** Values of `by` that this version refuses. */
  readonly notBuilt?: readonly string[]
}

/** A certain word, or something else. */
export interface EitherShape extends Described {
  readonly is: 'either'
  readonly word: string
  readonly other: Shape
}

/** Looked at elsewhere. */
export interface AnythingShape extends Described {
  readonly is: 'anything'
}

/** A table with a row for every key of `T`, so that table and type cannot drift apart. */
export type FieldTable<T> = { readonly [K in keyof T]-?: Field }

export function fields<T>(
  about: string,
  table: FieldTable<T>,
  more: Pick<FieldsShape, 'exactlyOne' | 'atLeastOne' | 'notBuilt'> = {},
): FieldsShape {
  return { is: 'fields', about, fields: table, ...more }
}

export function required(shape: Shape): Field {
  return { shape, required: true }
}

export function optional(shape: Shape): Field {
  return { shape, required: false }
}

export function withExample<S extends Shape>(shape: S, example: string): S {
  return { ...shape, example }
}

export function listOf(about: string, of: Shape, more: Partial<ListShape> = {}): ListShape {
  return { is: 'list', about, of, minItems: 1, maxItems: 1_000, unique: true, ...more }
}

export function mapOf(about: string, keys: TextShape, of: Shape, minEntries = 0): MapShape {
  return { is: 'map', about, keys, of, minEntries }
}
