// The handler that is worth a guard.
import type { Decided } from '@countersign/next'

export function transfer(_req: Request, { decision }: Decided): Response {
  return Response.json({ outcome: decision.outcome })
}
