// The address of a page as a browser asked for it: Next tells a page its parameters, but not its path.

/** As Next passes them to a page. */
export interface PageProps {
  readonly params?: Promise<Record<string, string | readonly string[] | undefined>>
  readonly searchParams?: Promise<Record<string, string | readonly string[] | undefined>>
}

/**
 * Fills in a path that is written as the page's folder is: `/orders/[id]`, `/docs/[...slug]`, `/docs/[[...slug]]`.
 *
 * @example
 * await pagePath('/orders/[id]', { params: Promise.resolve({ id: '7' }) }) // '/orders/7'
 */
export async function pagePath(pattern: string, props: PageProps): Promise<string> {
  const params = (await props.params) ?? {}
  const segments = pattern
    .split('/')
    .filter((segment) => segment !== '' && !/^\(.*\)$|^@/.test(segment))
    .flatMap((segment) => {
      const name = /^\[{1,2}(?:\.\.\.)?([^\]]+)\]{1,2}$/.exec(segment)?.[1]
      return name === undefined ? [segment] : valuesOf(params[name]).map(encodeSegment)
    })
  const query = new URLSearchParams(
    Object.entries((await props.searchParams) ?? {}).flatMap(([name, values]) =>
      valuesOf(values).map((value) => [name, value]),
    ),
  ).toString()
  return `/${segments.join('/')}${query === '' ? '' : `?${query}`}`
}

function valuesOf(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return []
  return typeof value === 'string' ? [value] : value
}

// Next passes them as they stand in the URL, some versions decoded
function encodeSegment(value: string): string {
  try {
    return encodeURIComponent(decodeURIComponent(value))
  } catch {
    return encodeURIComponent(value)
  }
}
