// Sends hostile requests to an app of the guard contract, and counts what came of them.
import { rawRequest } from '../attacks/support/raw-request.ts'
import type { HostileRequest } from './hostile-corpus.ts'

export interface CorpusCount {
  readonly sent: number
  /** The router took it for a guarded path: its handler answered. */
  readonly reached: number
  /** And the guard had decided nothing: what must not be. */
  readonly undecided: readonly string[]
  /** The guard refused it, or nobody would have been let in: 401, 403, 503, 204. */
  readonly refused: number
}

const AT_ONCE = 8

/**
 * @param cookie of somebody who meets the policy, or of nobody: then no handler may answer at all
 * @param isUndecided of what a handler answered
 */
export async function sendCorpus(
  origin: string,
  requests: readonly HostileRequest[],
  cookie: string | undefined,
  { reached, undecided }: { readonly reached: RegExp; readonly undecided: RegExp },
): Promise<CorpusCount> {
  const found: string[] = []
  let count = 0
  let refused = 0
  let next = 0
  async function send(): Promise<void> {
    for (let at = next++; at < requests.length; at = next++) {
      const { method, target, headers } = requests[at] as HostileRequest
      const login = cookie === undefined ? [] : [['Cookie', cookie] as const]
      const { text, status } = await rawRequest(origin, target, {
        method,
        headers: [...login, ['Accept', 'application/json'], ...headers],
      })
      if ([204, 401, 403, 503].includes(status)) refused++
      if (reached.test(text)) count++
      if (undecided.test(text)) found.push(`${method} ${target} ${JSON.stringify(headers)}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, send))
  return { sent: requests.length, reached: count, undecided: found, refused }
}
