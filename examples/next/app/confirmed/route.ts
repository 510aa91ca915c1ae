// The page that a challenge in a popup ends on.
import { confirmedPage } from '@countersign/example-shop'
import { answer } from '../../lib/answer.ts'

export function GET(req: Request): Response {
  return answer(req, { page: confirmedPage, json: () => ({ confirmed: true }) })
}
