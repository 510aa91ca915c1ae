// What the contract's handlers answer.
import type { Proceed } from '@countersign/next'
import { contractAnswer } from '../../../../packages/testing/src/guard-contract/contract-app.ts'

export function answer(_req: Request, { decision }: { decision: Proceed }): Response {
  return Response.json(contractAnswer(decision))
}

export const CACHEABLE = {
  'Cache-Control': 'public, max-age=600',
  Vary: 'Accept-Encoding',
  'Set-Cookie': 'app=1',
} as const

/** The fields of a form or of a JSON body. */
export async function bodyOf(req: Request): Promise<Record<string, unknown>> {
  const type = req.headers.get('content-type')
  if (type === null) return {}
  if (type.startsWith('application/json')) return await req.json()
  return Object.fromEntries(await req.formData())
}

export const body = {
  resource: (req: Request): Promise<Record<string, unknown>> => bodyOf(req.clone()),
}
