// Expressions over any variables, checked and run by the same code as conditions are.
import { prepareExpression } from '../../packages/core/src/policy/prepare-expression.ts'
import type { Run } from '../../packages/core/src/policy/run.ts'
import { UNKNOWN, type Value } from '../../packages/core/src/policy/value.ts'
import type { CelType } from '../../packages/policy/src/cel/cel-type.ts'
import {
  checkExpression,
  createEnvironment,
} from '../../packages/policy/src/cel/check-expression.ts'
import type { Names } from '../../packages/policy/src/cel/checking.ts'

export type Variables = ReadonlyMap<string, CelType>
export type Bindings = ReadonlyMap<string, Value>

export type Outcome =
  | { readonly is: 'refused'; readonly reason: string }
  | { readonly is: 'value'; readonly value: Value; readonly type: CelType }

export function runGeneral(source: string, variables: Variables, bindings: Bindings): Outcome {
  const checked = checkExpression(source, variableNames(variables), declareVariables(variables))
  if (!checked.ok) return { is: 'refused', reason: checked.problems[0]?.message ?? '' }
  // as the feed carries it
  const tree = JSON.parse(JSON.stringify(checked.tree))
  const run: Run<Bindings> = prepareExpression(tree, {
    read: (path) => (source) => {
      const value = source.get(path[1] ?? '')
      return value === undefined ? UNKNOWN : value
    },
    has: (path) => (source) => source.has(path[1] ?? ''),
  })
  return { is: 'value', value: run(bindings, undefined, null), type: checked.type }
}

function variableNames(variables: Variables): Names {
  return {
    find: ([name = '']) => {
      const type = variables.get(name)
      return type === undefined
        ? { ok: false, message: `There is no \`${name}\`.`, fix: '' }
        : { ok: true, taken: 1, path: ['variable', name], type }
    },
    isGroup: () => false,
    isTaken: () => false,
  }
}

function declareVariables(variables: Variables) {
  const environment = createEnvironment()
  for (const [name, type] of variables) environment.registerVariable(name, typeName(type))
  return environment
}

function typeName(type: CelType): string {
  if (typeof type === 'string') return type === 'any' ? 'dyn' : type
  return 'list' in type ? `list<${typeName(type.list)}>` : `map<string, ${typeName(type.map)}>`
}
