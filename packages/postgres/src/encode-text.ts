// Texts that PostgreSQL cannot keep as they are: it knows no U+0000, and no half of a surrogate pair. Written as within
// JSON each text has one form, and most look as they did.

export function encodeText(text: string): string {
  return JSON.stringify(text).slice(1, -1)
}

export function decodeText(text: string): string {
  return JSON.parse(`"${text}"`) as string
}
