// The specification's types and values as ours.
import { type Type, Type_PrimitiveType } from '@bufbuild/cel-spec/cel/expr/checked_pb.js'
import type { Value as SpecValue } from '@bufbuild/cel-spec/cel/expr/value_pb.js'
import type { UNKNOWN, Value } from '../../packages/core/src/policy/value.ts'
import type { CelType } from '../../packages/policy/src/cel/cel-type.ts'

/** Undefined for what facts cannot be: bytes, unsigned integers, messages, maps with other keys than strings. */
export function toType(type: Type | undefined): CelType | undefined {
  const kind = type?.typeKind
  switch (kind?.case) {
    case 'primitive':
      return primitives.get(kind.value)
    case 'null':
      return 'null'
    case 'dyn':
      return 'any'
    case 'listType': {
      const list = toType(kind.value.elemType)
      return list && { list }
    }
    case 'mapType': {
      const map = toType(kind.value.valueType)
      return toType(kind.value.keyType) === 'string' && map ? { map } : undefined
    }
    default:
      return undefined
  }
}

const primitives = new Map<Type_PrimitiveType, CelType>([
  [Type_PrimitiveType.BOOL, 'bool'],
  [Type_PrimitiveType.INT64, 'int'],
  [Type_PrimitiveType.DOUBLE, 'double'],
  [Type_PrimitiveType.STRING, 'string'],
])

export function toJson({ kind }: SpecValue): Value | undefined {
  switch (kind.case) {
    case 'nullValue':
      return null
    case 'boolValue':
    case 'stringValue':
    case 'doubleValue':
      return kind.value
    case 'int64Value':
      return Number(kind.value)
    case 'listValue':
      return kind.value.values.map((value) => toJson(value) as Exclude<Value, typeof UNKNOWN>)
    case 'mapValue':
      return Object.fromEntries(
        kind.value.entries.map(({ key, value }) => [
          key?.kind.case === 'stringValue' ? key.kind.value : String(key?.kind.value),
          value && (toJson(value) as Exclude<Value, typeof UNKNOWN>),
        ]),
      ) as Value
    default:
      return undefined
  }
}

/** Numbers are compared with their type: 1 is not 1.0. */
export function withType(value: Value, type: CelType): unknown {
  return typeof value === 'number' && type !== 'any' ? { [type as string]: value } : value
}

export function toExpected(value: SpecValue): unknown {
  if (value.kind.case === 'int64Value') return { int: Number(value.kind.value) }
  if (value.kind.case === 'doubleValue') return { double: value.kind.value }
  const json = toJson(value)
  if (json === undefined) throw new Error(`No value of ours is a ${value.kind.case}`)
  return json
}

/** CEL has no type for what is in an empty list: it is dyn. */
export function settled(type: CelType): CelType {
  if (typeof type === 'string') return type === 'none' ? 'any' : type
  return 'list' in type ? { list: settled(type.list) } : { map: settled(type.map) }
}
