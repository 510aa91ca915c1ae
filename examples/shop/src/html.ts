// The one way to write HTML here: a tagged template that escapes whatever is put into it (T51).

const written: unique symbol = Symbol('html')

/** Markup that `html` wrote. No string from outside becomes one. */
export interface Html {
  readonly [written]: string
}

export type HtmlValue = Html | string | number | undefined | false | readonly HtmlValue[]

/** Safe in text and in quoted attributes, so quote every attribute. `undefined` and `false` leave nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const parts = strings.flatMap((text, at) => [text, render(values[at])])
  return { [written]: parts.join('') }
}

export function toMarkup(page: Html): string {
  return page[written]
}

function render(value: HtmlValue): string {
  if (value === undefined || value === false) return ''
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value))
  return written in value ? value[written] : value.map(render).join('')
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
}

function escapeText(text: string): string {
  return text.replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '')
}
