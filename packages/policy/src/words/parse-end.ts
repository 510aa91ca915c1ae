// Ends as policies write them: a date, which ends at 24:00 UTC, or a moment in UTC.

export const endPattern: RegExp =
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,3})?Z)?$/

/** The first millisecond since the epoch that lies after it; undefined where there is no such day or time. */
export function parseEnd(text: string): number | undefined {
  if (!endPattern.test(text)) return undefined
  const isDate = text.length === 10
  const ms = Date.parse(isDate ? `${text}T00:00:00Z` : text)
  if (Number.isNaN(ms)) return undefined
  // Date.parse makes 1 March of 29 February where there is none
  if (!new Date(ms).toISOString().startsWith(text.slice(0, 10))) return undefined
  return isDate ? ms + 86_400_000 : ms
}
