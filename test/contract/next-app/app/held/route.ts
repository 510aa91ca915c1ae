import {
  heldStream,
  releaseParts,
} from '../../../../../packages/testing/src/guard-contract/held-parts.ts'
import { CACHEABLE } from '../../lib/answers.ts'
import { guard } from '../../lib/guard.ts'

export const GET = guard.route(
  'account.view',
  (req: Request) => new Response(heldStream(keyOf(req)), { headers: CACHEABLE }),
)

export function POST(req: Request): Response {
  return new Response(String(releaseParts(keyOf(req))))
}

function keyOf(req: Request): string {
  return new URL(req.url).searchParams.get('key') ?? ''
}
