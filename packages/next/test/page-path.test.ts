import { expect, it } from 'vitest'
import { pagePath } from '../src/page-path.ts'

const props = (
  params: Record<string, string | string[]> = {},
  searchParams: Record<string, string | string[]> = {},
) => ({ params: Promise.resolve(params), searchParams: Promise.resolve(searchParams) })

it.each([
  { name: 'a static page', pattern: '/orders', given: props(), path: '/orders' },
  { name: 'the root', pattern: '/', given: props(), path: '/' },
  { name: 'a parameter', pattern: '/orders/[id]', given: props({ id: '7' }), path: '/orders/7' },
  {
    name: 'one that stands encoded',
    pattern: '/orders/[id]',
    given: props({ id: 'a%2Fb' }),
    path: '/orders/a%2Fb',
  },
  {
    name: 'one that stands decoded',
    pattern: '/[id]',
    given: props({ id: 'a/b é' }),
    path: '/a%2Fb%20%C3%A9',
  },
  {
    name: 'one that cannot be decoded',
    pattern: '/[id]',
    given: props({ id: '%zz' }),
    path: '/%25zz',
  },
  {
    name: 'many',
    pattern: '/docs/[...slug]',
    given: props({ slug: ['a', 'b'] }),
    path: '/docs/a/b',
  },
  { name: 'optional ones', pattern: '/docs/[[...slug]]', given: props(), path: '/docs' },
  { name: 'groups and slots', pattern: '/(shop)/@side/cart', given: props(), path: '/cart' },
  {
    name: 'a query',
    pattern: '/orders',
    given: props({}, { tab: '1', of: ['a', 'b c'] }),
    path: '/orders?tab=1&of=a&of=b+c',
  },
  { name: 'no props', pattern: '/orders', given: {}, path: '/orders' },
])('fills in the path of a page: $name', async ({ pattern, given, path }) => {
  expect(await pagePath(pattern, given)).toBe(path)
})
