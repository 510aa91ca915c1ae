// YAML or JSON text to syntax nodes, in time and depth that the text's author cannot blow up.
import {
  Composer,
  type Document,
  Lexer,
  LineCounter,
  type ParsedNode,
  Parser,
  type YAMLParseError,
} from 'yaml'
import type { ProblemCode } from '../problems/problem-codes.ts'

/** A policy of 10,000 rules has about half of it. */
const MOST_CHARACTERS = 2_000_000
export const MOST_LEVELS = 40

export interface SyntaxMistake {
  readonly code: ProblemCode
  /** Characters from the start of the text. */
  readonly at: number
  readonly message: string
  readonly found: string
  readonly fix: string
}

export interface YamlNodes {
  readonly root: ParsedNode | null
  readonly lines: LineCounter
  readonly mistakes: readonly SyntaxMistake[]
}

export function parseYamlNodes(text: string): YamlNodes {
  const lines = countLines(text)
  const refused = checkText(text)
  if (refused !== undefined) return { root: null, lines, mistakes: [refused] }
  const parser = new Parser()
  // uniqueKeys compares every key with every other: keys are counted while the nodes are read instead
  const composer = new Composer({ version: '1.2', schema: 'core', uniqueKeys: false, merge: false })
  const documents: Document.Parsed[] = []
  for (const lexeme of new Lexer().lex(text)) {
    for (const token of parser.next(lexeme)) documents.push(...composer.next(token))
    // composing is recursive: what is too deep is never handed over
    if (parser.stack.length > MOST_LEVELS) return tooDeep(parser.offset, lines)
  }
  for (const token of parser.end()) documents.push(...composer.next(token))
  documents.push(...composer.end(true, text.length))
  return readDocuments(documents, lines)
}

function checkText(text: string): SyntaxMistake | undefined {
  if (text.length > MOST_CHARACTERS) {
    return {
      code: 'text_too_long',
      at: 0,
      message: `the policy is longer than ${MOST_CHARACTERS} characters`,
      found: `${text.length} characters`,
      fix: 'write fewer rules with wider action patterns',
    }
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const control = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/.exec(text)
  if (control === null) return undefined
  return {
    code: 'control_character',
    at: control.index,
    message: 'the text contains a control character',
    found: `U+${(control[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
    fix: 'remove it; save the file as UTF-8 text',
  }
}

function countLines(text: string): LineCounter {
  const lines = new LineCounter()
  lines.addNewLine(0)
  let at = text.indexOf('\n')
  while (at !== -1) {
    lines.addNewLine(at + 1)
    at = text.indexOf('\n', at + 1)
  }
  return lines
}

function tooDeep(at: number, lines: LineCounter): YamlNodes {
  const mistake: SyntaxMistake = {
    code: 'nested_too_deep',
    at,
    message: `the policy is nested deeper than ${MOST_LEVELS} levels`,
    found: `level ${MOST_LEVELS + 1}`,
    fix: 'close what was opened: nothing in a policy is nested so deep',
  }
  return { root: null, lines, mistakes: [mistake] }
}

function readDocuments(documents: readonly Document.Parsed[], lines: LineCounter): YamlNodes {
  const [first, second] = documents
  const errors = withoutEchoesOfTabs(documents.flatMap((document) => document.errors))
  const mistakes = errors.map(toMistake)
  if (second !== undefined) mistakes.push(severalDocuments(second.range[0]))
  if (documents.some(hasDirective)) mistakes.push(directive())
  return { root: first?.contents ?? null, lines, mistakes: firstPerPlace(mistakes) }
}

/** After a tab nothing stands in its column, so whatever else is told there is told because of it. */
function withoutEchoesOfTabs(errors: readonly YAMLParseError[]): readonly YAMLParseError[] {
  const first = errors.find(isTab)
  if (first === undefined) return errors
  return errors.filter((error) => isTab(error) || error.pos[0] < first.pos[0])
}

function isTab({ code }: YAMLParseError): boolean {
  return code === 'TAB_AS_INDENT'
}

function toMistake(error: YAMLParseError): SyntaxMistake {
  const tab = isTab(error)
  return {
    code: 'yaml_syntax',
    at: error.pos[0],
    message: firstLine(error.message),
    found: tab ? 'a tab' : 'a text that cannot be read',
    fix: tab
      ? 'indent with spaces'
      : 'mend the YAML there: mind the indentation, quotes and brackets',
  }
}

/** What is missing at one place is often told in several ways. */
function firstPerPlace(mistakes: readonly SyntaxMistake[]): readonly SyntaxMistake[] {
  const seen = new Set<number>()
  return mistakes.filter(({ at }) => !seen.has(at) && seen.add(at))
}

function hasDirective(document: Document.Parsed): boolean {
  const { yaml, tags } = document.directives
  return yaml.explicit === true || Object.keys(tags).length > 1
}

function directive(): SyntaxMistake {
  return {
    code: 'directive',
    at: 0,
    message: 'YAML directives are not used in policies',
    found: 'a line that begins with %',
    fix: 'remove the %YAML or %TAG line',
  }
}

function severalDocuments(at: number): SyntaxMistake {
  return {
    code: 'not_one_document',
    at,
    message: 'the file holds more than one YAML document',
    found: 'a second document',
    fix: 'keep one policy per file, without --- lines between its parts',
  }
}

function firstLine(text: string): string {
  return text.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? text
}
