// The policy language as a JSON Schema document: what `policy.schema.json` contains.
import { policyShape } from './schema/policy-shape.ts'
import { type JsonSchema, toJsonSchema } from './schema/to-json-schema.ts'

/** Draft 2020-12. It knows the shape; what names mean to each other only `lintPolicy` knows. */
export function policyJsonSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Countersign policy',
    ...toJsonSchema(policyShape),
  }
}
