// Data on its way to a terminal: a user agent or a subject must not drive it, forge a line or turn its text (T48).

// C0, DEL and C1 (CSI among them), line separators, marks that turn the direction of text, lone surrogates
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Surrogate}/gu

/** One line, whatever was in it. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escapeUnit)
}

/** For texts of our own that have lines: each is made printable. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n')
}

/** JSON that is the same data, and printable. */
export function printableJson(value: unknown, indent?: number): string {
  // a line break can only be one between values: those in texts are escaped by JSON
  return printableLines(JSON.stringify(value, null, indent) ?? 'null')
}

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
