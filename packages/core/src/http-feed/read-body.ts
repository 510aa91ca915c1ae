// A body of which the length is known before: no byte more is read, whatever is sent.

/** @throws where it is shorter or longer */
export async function readBody(
  response: Response,
  bytes: number,
  /** Called with each part. */
  goesOn: () => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const body = new Uint8Array(bytes)
  const reader = response.body?.getReader()
  let length = 0
  for (;;) {
    const { done, value } = (await reader?.read()) ?? { done: true, value: undefined }
    if (done) break
    goesOn()
    if (length + value.length > bytes) {
      reader?.cancel().catch(() => {})
      throw new Error(`the answer is longer than the ${bytes} bytes that were signed`)
    }
    body.set(value, length)
    length += value.length
  }
  if (length < bytes) throw new Error(`the answer ends after ${length} of ${bytes} bytes`)
  return body
}
