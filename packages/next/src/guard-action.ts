// Guards a server action. A refusal is what it returns, for the browser to act on.
import type { ActionName, GuardCore, Refuse, ResourceOf } from '@countersign/core'
import { headers } from 'next/headers.js'
import { keepCookies } from './keep-cookies.ts'
import { type NextInput, readHeaders } from './read-request.ts'
import { readResource } from './read-resource.ts'
import { refusalOf } from './refusal-of.ts'

type Internal = 'risk' | 'reasons' | 'checks' | 'withoutOptOuts' | 'revision'
type WithoutInternal<R> = R extends unknown ? Omit<R, Internal> : never

/** A refusal as a browser may see it: what to do, and the id of its record; not why (the record has that). */
export type ActionRefusal = WithoutInternal<Refuse>

export type GuardAction = <A extends ActionName, P extends unknown[], R>(
  action: A,
  fn: (...parameters: P) => R | Promise<R>,
  options?: {
    /** Reads the action's declared attributes from what the action was called with. */
    readonly resource: (...parameters: P) => ResourceOf<A> | Promise<ResourceOf<A>>
  },
) => (...parameters: P) => Promise<R | { readonly refused: ActionRefusal }>

export function guardAction(core: GuardCore<NextInput>): GuardAction {
  return function action(name, fn, options) {
    core.nameAction(name)
    return async function countersign(...parameters) {
      const incoming = readHeaders(await headers(), 'POST')
      const resource = await readResource(options && (() => options.resource(...parameters)))
      const checked = await core.check(incoming, name, resource)
      if (checked.is === 'proceed') {
        // before the action: it may end by throwing `redirect()`
        await keepCookies(checked.edits.cookies)
        return await fn(...parameters)
      }
      const { decision, reply } = refusalOf(checked)
      await keepCookies(reply.cookies)
      return { refused: toActionRefusal(decision) }
    }
  }
}

function toActionRefusal(decision: Refuse): ActionRefusal {
  const { risk, reasons, checks, withoutOptOuts, revision, ...told } = decision
  return told as ActionRefusal
}
