// What a page hands over to our route handler, through the browser: sealed, so that nobody has other things decided by it.
import { createSealer, type Json, type Sealer } from '@countersign/core'

export interface HandOver {
  readonly action: string
  readonly resource: unknown
  /** The page, as a path. */
  readonly returnTo: string
}

export interface HandOvers {
  /** The address of our handler with what it is to decide. */
  address(
    handOver: Pick<HandOver, 'action' | 'returnTo'>,
    resource?: () => unknown,
  ): Promise<string>
  /** `undefined` for anything but what was handed over within the last minute. */
  open(token: string | null): Promise<HandOver | undefined>
}

const LIFE_MS = 60_000
/** A longer resource, or one that could not be read, is left out: its attributes are unknown then, which never helps. */
const LONGEST_RESOURCE = 2_000

/** `secrets`: those of the guard; where it has none of its own, one that this process keeps for itself. */
export function createHandOvers(handlerPath: string, secrets: readonly string[]): HandOvers {
  let making: Promise<Sealer> | undefined

  function sealer(): Promise<Sealer> {
    making ??= createSealer(secrets.length > 0 ? secrets : [processSecret()], 'page')
    return making
  }

  return {
    async address({ action, returnTo }, resource) {
      const payload = { action, resource: toJson(resource), returnTo, at: Date.now() }
      return `${handlerPath}?page=${await (await sealer()).seal(payload)}`
    },
    async open(token) {
      return token === null ? undefined : readHandOver(await (await sealer()).open(token))
    },
  }
}

function readHandOver(opened: Json | undefined): HandOver | undefined {
  if (typeof opened !== 'object' || opened === null || Array.isArray(opened)) return undefined
  const { action, resource, returnTo, at } = opened as { readonly [name: string]: Json }
  if (typeof action !== 'string' || typeof returnTo !== 'string' || typeof at !== 'number')
    return undefined
  const age = Date.now() - at
  return age >= 0 && age <= LIFE_MS ? { action, resource, returnTo } : undefined
}

function toJson(resource: (() => unknown) | undefined): Json {
  try {
    const text = JSON.stringify(resource?.()) ?? 'null'
    return text.length > LONGEST_RESOURCE ? null : JSON.parse(text)
  } catch {
    return null
  }
}

const SECRET: unique symbol = Symbol.for('countersign.next.page-secret')

/** On globalThis: Next evaluates pages and route handlers in module graphs of their own. */
function processSecret(): string {
  const holder = globalThis as { [SECRET]?: string }
  holder[SECRET] ??= crypto.randomUUID() + crypto.randomUUID()
  return holder[SECRET]
}
