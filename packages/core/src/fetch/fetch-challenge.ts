// The challenge page's side on Request and Response: what is asked, and what comes of an answer.
import type { OpenChallenge } from '../challenge/open-challenge.ts'
import type { Proof } from '../challenge/proof.ts'
import type { Incoming } from '../guard/checked.ts'
import type { GuardCore } from '../guard/create-guard-core.ts'
import { toResponse } from './write-response.ts'

export interface FetchChallenge {
  /**
   * What a challenge page shows; `undefined` where the ticket is not good. On a POST it charges one attempt.
   * The ticket is in the query or in the body, which is read from a clone; a body that was read already is given as `form`.
   */
  open(
    req: Request,
    form?: FormData | Readonly<Record<string, unknown>>,
  ): Promise<OpenChallenge | undefined>
  /** After the factors were verified: leaves evidence and answers 303. */
  complete(req: Request, proof: Proof): Promise<Response>
  /** After a wrong code: answers 401 with `page`, or with a problem. */
  fail(req: Request, page?: string): Promise<Response>
}

export function fetchChallenge<Input>(
  core: GuardCore<Input>,
  readRequest: (req: Request) => Incoming<Input>,
): FetchChallenge {
  const forms = new WeakMap<Request, Promise<unknown>>()

  async function fieldsOf(req: Request, given?: unknown): Promise<{ readonly body: unknown }> {
    const form = given === undefined ? (forms.get(req) ?? readForm(req)) : Promise.resolve(given)
    forms.set(req, form)
    return { body: await form }
  }

  return {
    open: async (req, form) => core.challenge.open(readRequest(req), await fieldsOf(req, form)),
    complete: async (req, proof) =>
      toResponse(await core.challenge.complete(readRequest(req), await fieldsOf(req), proof)),
    fail: async (req, page) =>
      toResponse(await core.challenge.fail(readRequest(req), await fieldsOf(req), page)),
  }
}

/** `undefined` where there is no form, or none that can be read: the query may have the ticket. */
async function readForm(req: Request): Promise<unknown> {
  if (req.body === null || req.bodyUsed) return undefined
  const type = req.headers.get('content-type') ?? ''
  try {
    return await (/^application\/json\b/i.test(type) ? req.clone().json() : req.clone().formData())
  } catch {
    return undefined
  }
}
