// Guards a page. A page can set no cookie and no header: whatever is not plainly let through goes to our route handler.
import {
  type ActionName,
  type Checked,
  ConfigurationError,
  type GuardCore,
  isPrefetch,
  type Proceed,
  type ResourceOf,
} from '@countersign/core'
// what `next/navigation` stands for on the server: by its own name, with the ending that ESM needs, a client's comes along
import { forbidden, redirect } from 'next/dist/client/components/navigation.react-server.js'
import { headers } from 'next/headers.js'
import { createElement, type ReactNode } from 'react'
import type { HandOvers } from './hand-over.ts'
import { type PageProps, pagePath } from './page-path.ts'
import { type NextInput, readHeaders } from './read-request.ts'
import { readResource } from './read-resource.ts'

export interface PageOptions<A extends ActionName, P> {
  /** Where the page is, written as its folder is: `/orders/[id]`. People come back to it from a challenge. @default `/` */
  readonly path?: string
  readonly resource?: (props: P) => ResourceOf<A> | Promise<ResourceOf<A>>
}

export type GuardPage = <A extends ActionName, P extends object>(
  action: A,
  page: (props: P & { readonly decision: Proceed }) => ReactNode | Promise<ReactNode>,
  options?: PageOptions<A, P>,
) => (props: Omit<P, 'decision'>) => Promise<ReactNode>

export function guardPage(core: GuardCore<NextInput>, handOvers: HandOvers | undefined): GuardPage {
  return function guardedPage<A extends ActionName, P extends object>(
    action: A,
    page: (props: P & { readonly decision: Proceed }) => ReactNode | Promise<ReactNode>,
    options: PageOptions<A, P> = {},
  ) {
    core.nameAction(action)
    if (handOvers === undefined) throw noHandler(action)
    return async function countersign(given) {
      // first of all: at a build, or in a cached component, Next ends it here
      const incoming = readHeaders(await headers(), 'GET')
      const props = given as P
      const { resource: read, path } = options
      const resource = await readResource(read && (() => read(props)))
      const mode = isPrefetch(incoming.reader) ? 'proxy' : 'page'
      const checked = await core.check(incoming, action, resource, mode)
      if (checked.is === 'proceed')
        return createElement(page, { ...props, decision: checked.decision })
      if (isDenied(checked)) showForbidden()
      const returnTo = path === undefined ? '/' : await pagePath(path, props as PageProps)
      const address = await handOvers.address({ action, returnTo }, resource)
      if (mayBePost(incoming.request.headers)) return linkTo(address)
      // 307 is what Next can do here
      redirect(address)
    }
  }
}

function isDenied(checked: Checked): boolean {
  return (
    checked.is === 'refuse' &&
    checked.decision.outcome === 'deny' &&
    (checked.decision.because === 'policy' || checked.decision.because === 'too_little')
  )
}

/** The app's own forbidden.tsx with 403, where `experimental.authInterrupts` is on; else our handler says it. */
function showForbidden(): void {
  try {
    forbidden()
  } catch (thrown) {
    if (thrown instanceof Error && 'digest' in thrown) throw thrown
  }
}

/** Rendered after a form was sent to it: a 307 would have the browser send that form again. */
function mayBePost(given: Headers): boolean {
  return ['content-type', 'content-length', 'transfer-encoding', 'next-action'].some((name) =>
    given.has(name),
  )
}

function linkTo(address: string): ReactNode {
  return createElement(
    'p',
    null,
    createElement('a', { href: address }, 'Please confirm that it is you.'),
  )
}

function noHandler(action: string): ConfigurationError {
  return new ConfigurationError({
    code: 'handler_path_missing',
    path: 'handlerPath',
    problem: `is needed by guard.page('${action}'): a page can set no cookie, so a route handler does it`,
    got: 'undefined',
    fix: "Write handlerPath: '/countersign', and in app/countersign/route.ts: export const { GET } = guard.handlers.",
  })
}
