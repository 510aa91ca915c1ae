// A shape as JSON Schema, for editors: they complete and check the policy while it is written.
import type { FieldsShape, NumberShape, Shape, TextShape } from './shape.ts'

export type JsonSchema = { readonly [key: string]: unknown }

export function toJsonSchema(shape: Shape): JsonSchema {
  return { description: shape.about, ...describeShape(shape) }
}

function describeShape(shape: Shape): JsonSchema {
  switch (shape.is) {
    case 'text':
      return describeText(shape)
    case 'number':
      return describeNumber(shape)
    case 'flag':
      return { type: 'boolean' }
    case 'constant':
      return { const: shape.value }
    case 'choice':
      return { enum: shape.of }
    case 'list': {
      const { minItems, maxItems, unique } = shape
      return {
        type: 'array',
        items: toJsonSchema(shape.of),
        minItems,
        maxItems,
        ...(unique ? { uniqueItems: true } : {}),
      }
    }
    case 'map':
      return {
        type: 'object',
        propertyNames: describeText(shape.keys),
        additionalProperties: toJsonSchema(shape.of),
        minProperties: shape.minEntries,
      }
    case 'fields':
      return describeFields(shape)
    case 'variants':
      return { oneOf: Object.values(shape.variants).map(toJsonSchema) }
    case 'either':
      return { oneOf: [{ const: shape.word }, toJsonSchema(shape.other)] }
    case 'anything':
      return {}
  }
}

function describeText({ pattern, maxLength }: TextShape): JsonSchema {
  return { type: 'string', maxLength, ...(pattern ? { pattern: pattern.source } : {}) }
}

function describeNumber({ integer, minimum, maximum, above }: NumberShape): JsonSchema {
  const least = above ? { exclusiveMinimum: minimum } : { minimum }
  return { type: integer ? 'integer' : 'number', ...least, maximum }
}

function describeFields(shape: FieldsShape): JsonSchema {
  const entries = Object.entries(shape.fields)
  const needed = (keys: readonly string[]): JsonSchema[] => keys.map((key) => ({ required: [key] }))
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, field]) => [key, toJsonSchema(field.shape)])),
    required: entries.filter(([, field]) => field.required).map(([key]) => key),
    additionalProperties: false,
    ...(shape.exactlyOne ? { oneOf: needed(shape.exactlyOne) } : {}),
    ...(shape.atLeastOne ? { anyOf: needed(shape.atLeastOne) } : {}),
  }
}
