// What Next checks of an app's exports when it builds, and what it is not to take.
import { type ActionRefusal, createGuard, type Proceed } from '@countersign/next'
import { createEdgeGuard } from '@countersign/next/edge'
import type { NextRequest } from 'next/server.js'
import type { ReactNode } from 'react'

const guard = createGuard({ identity: ({ headers }) => ({ subject: headers.get('x') ?? '' }) })

interface Context {
  readonly params: Promise<{ id: string }>
}
type Handler = (req: NextRequest, context: Context) => Promise<Response>

export const withParams: Handler = guard.route(
  'account.view',
  async (req: NextRequest, ctx: Context & { decision: Proceed }) =>
    Response.json([req.nextUrl.pathname, (await ctx.params).id, ctx.decision.subject]),
)
export const withoutParams: Handler = guard.route('account.view', () => new Response())

type Page = (props: {
  params: Promise<{ id: string }>
  searchParams: Promise<Record<string, string>>
}) => ReactNode | Promise<ReactNode>

export const page: Page = guard.page(
  'transfer.create',
  async ({ params, decision }: Context & { decision: Proceed }) =>
    `${(await params).id} ${decision.subject}`,
  { path: '/orders/[id]', resource: async ({ params }) => ({ payee: (await params).id }) },
)
export const { GET } = guard.handlers
export const get: (req: NextRequest) => Promise<Response> = GET

// @ts-expect-error a misspelt action does not compile
guard.route('transfer.crate', () => new Response())
// @ts-expect-error nor does it in an action
guard.action('transfer.crate', () => undefined)
// @ts-expect-error nor in a page
guard.page('transfer.crate', () => null)
declare const refused: ActionRefusal
// @ts-expect-error a browser is told no reasons
export const reasons: unknown = refused.reasons
// @ts-expect-error nothing is compiled on the edge
createEdgeGuard({ policy: './policy.yaml', identity: () => undefined })
