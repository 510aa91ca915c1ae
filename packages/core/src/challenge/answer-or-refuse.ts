// What fails inside a challenge is a 503 that tells nothing (law 8); the app's own mistake is told to the app.
import type { Logger } from '../ports/logger.ts'
import { unavailableReply } from '../reply/build-reply.ts'
import type { Reply } from '../reply/reply.ts'
import type { RequestReader } from '../request/request-reader.ts'
import { ProofError } from './proof.ts'
import { UnavailableError } from './unavailable-error.ts'

/** @throws UnavailableError: there is no reply to give instead, the page is the app's */
export async function openOrRefuse<T>(logger: Logger, open: () => Promise<T>): Promise<T> {
  try {
    return await open()
  } catch (error) {
    const id = crypto.randomUUID()
    logger.error({ err: error, decision: id }, 'a challenge could not be opened')
    throw new UnavailableError(id)
  }
}

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
