// The TypeScript that `countersign types` writes: the actions of a policy, with their attributes.
import type { ActionDeclaration, AttributeDeclaration, CompiledPolicy } from '@countersign/core'

/**
 * A module that tells the guard which actions there are, so that a misspelt name does not compile, and which attributes
 * each has. For a policy that accepts every action it declares none, which leaves every name possible.
 *
 * @param module the package that is augmented: core, or an adapter, which hands core's types on. TypeScript has to find it
 *   from where the text is kept, so an app that depends on an adapter alone names the adapter.
 */
export function typesForPolicy(compiled: CompiledPolicy, module = '@countersign/core'): string {
  const name = quote(module)
  const lines = compiled.actions === 'any' ? [] : actionLines(compiled.actions)
  const head = `// Written by \`countersign types\` from the policy ${quote(compiled.name)}. Do not edit.`
  const body = lines.length === 0 ? '  interface ActionTypes {}' : interfaceOf('ActionTypes', lines)
  return `${head}\nimport ${name}\n\ndeclare module ${name} {\n${body}\n}\n`
}

function actionLines(actions: Readonly<Record<string, ActionDeclaration>>): string[] {
  return Object.entries(actions).map(
    ([name, { resource }]) => `${quote(name)}: ${resourceType(resource)}`,
  )
}

function interfaceOf(name: string, lines: readonly string[]): string {
  return [`  interface ${name} {`, ...lines.map((line) => `    ${line}`), '  }'].join('\n')
}

function resourceType(resource: Readonly<Record<string, AttributeDeclaration>>): string {
  const members = Object.entries(resource).map(
    ([name, attribute]) => `${name}: ${valueType(attribute)}`,
  )
  return members.length === 0 ? '{}' : `{ ${members.join('; ')} }`
}

function valueType(attribute: AttributeDeclaration): string {
  if (attribute.type === 'boolean') return 'boolean'
  if (attribute.enum !== undefined) return attribute.enum.map(literal).join(' | ')
  return attribute.type === 'string' ? 'string' : 'number'
}

function literal(value: string | number): string {
  return typeof value === 'string' ? quote(value) : String(value)
}

/** Single quotes; everything that could end the text or the line is escaped, line separators too. */
function quote(text: string): string {
  const inner = JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")
  return `'${inner.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}'`
}
