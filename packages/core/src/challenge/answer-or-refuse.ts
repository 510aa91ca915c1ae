// What fails inside a challenge is a 503 that tells nothing (law 8); the app's own mistake is told to the app.
import type { Logger } from '../ports/logger.ts'
import { unavailableReply } from '../reply/build-reply.ts'
import type { Reply } from '../reply/reply.ts'
import type { RequestReader } from '../request/request-reader.ts'
import { ProofError } from './proof.ts'

/** @throws ProofError */
export async function answerOrRefuse(
  reader: RequestReader,
  logger: Logger,
  answer: () => Promise<Reply>,
): Promise<Reply> {
  try {
    return await answer()
  } catch (error) {
    if (error instanceof ProofError) throw error
    const id = crypto.randomUUID()
    logger.error({ err: error, decision: id }, 'a challenge could not be answered: it is refused')
    return unavailableReply(reader, id)
  }
}
