// What an expression becomes: a closure, and the readers that its facts come through.
import type { FactPath, FactType } from './expression.ts'
import type { Risk } from './risk.ts'
import type { Value } from './value.ts'

/** `item` is the value of the comprehension's variable. */
export type Run<Source> = (source: Source, risk: Risk | undefined, item: Value) => Value

/** How facts are read from the source. `has` answers whether a fact is known (true) or absent (false). */
export interface FactReaders<Source> {
  read(path: FactPath, type: FactType): Run<Source>
  has(path: FactPath, type: FactType): Run<Source>
}
