// Bodies with a limit and a deadline: what somebody sends cannot fill the memory, or hold a place for ever.

export type ReadBody =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly why: BodyFailure }
export type BodyFailure = 'too_large' | 'too_slow' | 'broken' | 'not_utf8'

const DEADLINE_MS = 10_000

/** Of a request or a response. Never rejects. */
export async function readBody(
  message: Pick<Request, 'body' | 'headers'>,
  mostBytes: number,
): Promise<ReadBody> {
  if (Number(message.headers.get('content-length') ?? 0) > mostBytes) {
    message.body?.cancel().catch(() => {})
    return { ok: false, why: 'too_large' }
  }
  if (message.body === null) return { ok: true, text: '' }
  const reader = message.body.getReader()
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<'too_slow'>((resolve) => {
    timer = setTimeout(() => resolve('too_slow'), DEADLINE_MS)
  })
  try {
    const read = await Promise.race([readAll(reader, mostBytes), late])
    if (typeof read === 'string') {
      reader.cancel().catch(() => {})
      return { ok: false, why: read }
    }
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(read) }
  } catch (error) {
    return { ok: false, why: error instanceof TypeError ? 'not_utf8' : 'broken' }
  } finally {
    clearTimeout(timer)
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  mostBytes: number,
): Promise<Uint8Array | 'too_large' | 'broken'> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      length += part.value.length
      if (length > mostBytes) return 'too_large'
      chunks.push(part.value)
    }
  } catch {
    return 'broken'
  }
  const all = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    all.set(chunk, at)
    at += chunk.length
  }
  return all
}
