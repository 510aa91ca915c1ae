// The compiled form of a CEL expression. Owned together with prepare-condition.ts, which runs it.
import type { Json } from '../ports/json.ts'

export type Expression = Json
