// What an action may declare: its attributes, in JSON Schema's words.
import type {
  ActionDocument,
  BooleanAttribute,
  NumericAttribute,
  StringAttribute,
} from '../policy-document.ts'
import type { ConstantShape, FieldsShape, FlagShape, NumberShape, VariantsShape } from './shape.ts'
import { fields, listOf, mapOf, optional, required } from './shape.ts'
import { attributeName } from './text-shapes.ts'

const masked: FlagShape = { is: 'flag', about: 'Keep the value out of records.' }

const length: NumberShape = {
  is: 'number',
  about: 'In characters, inclusive.',
  integer: true,
  minimum: 0,
  maximum: 10_000,
}

const stringAttribute = fields<StringAttribute>(
  'A text.',
  {
    type: required(type('string')),
    minLength: optional(length),
    maxLength: optional(length),
    enum: optional(
      listOf('The only values that are allowed.', {
        is: 'text',
        about: 'An allowed value.',
        maxLength: 500,
        write: 'write a text',
      }),
    ),
    masked: optional(masked),
  },
  { notBuilt: ['pattern'] },
)

function numericAttribute(name: 'integer' | 'number', about: string): FieldsShape {
  const integer = name === 'integer'
  const bound: NumberShape = {
    is: 'number',
    about: 'Inclusive.',
    integer,
    minimum: -Number.MAX_SAFE_INTEGER,
    maximum: Number.MAX_SAFE_INTEGER,
  }
  return fields<NumericAttribute>(about, {
    type: required(type(name)),
    minimum: optional(bound),
    maximum: optional(bound),
    enum: optional(listOf('The only values that are allowed.', bound)),
    masked: optional(masked),
  })
}

const attribute: VariantsShape = {
  is: 'variants',
  about: 'An attribute of the resource; a value that violates it is unknown.',
  by: 'type',
  variants: {
    string: stringAttribute,
    integer: numericAttribute('integer', 'A whole number.'),
    number: numericAttribute('number', 'A number.'),
    boolean: fields<BooleanAttribute>('True or false.', {
      type: required(type('boolean')),
      masked: optional(masked),
    }),
  },
}

export const actionShape: FieldsShape = fields<ActionDocument>('An action and its attributes.', {
  sensitive: optional({ is: 'flag', about: 'No rule for it may list an opt-out.' }),
  open: optional({ is: 'flag', about: 'It need not be covered by a rule that always applies.' }),
  resource: optional(mapOf('The attributes of what is acted on.', attributeName, attribute)),
})

function type(value: string): ConstantShape {
  return { is: 'constant', about: 'The type of its values.', value }
}
