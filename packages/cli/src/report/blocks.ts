// A report as what it says, before it is Markdown or a page.

export type Block =
  | { readonly is: 'heading'; readonly level: 1 | 2 | 3; readonly text: string }
  | { readonly is: 'text'; readonly text: string }
  | {
      readonly is: 'table'
      readonly head: readonly string[]
      readonly rows: readonly (readonly string[])[]
    }
  /** Counts by day, one series on the other. */
  | {
      readonly is: 'plot'
      readonly title: string
      readonly series: readonly string[]
      readonly days: readonly { readonly day: string; readonly counts: readonly number[] }[]
    }

export function heading(level: 1 | 2 | 3, text: string): Block {
  return { is: 'heading', level, text }
}

export function text(words: string): Block {
  return { is: 'text', text: words }
}

/** A table, or a sentence where it would have no rows. */
export function tableOr(
  none: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): Block {
  return rows.length === 0 ? text(none) : { is: 'table', head, rows }
}
