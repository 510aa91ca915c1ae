import { answerMessage } from '../../lib/answer.ts'

export function GET(req: Request): Response {
  return answerMessage(req, 404)
}
export const POST = GET
