// A body whose second part is written only once somebody says so: who has the first one by then was not kept waiting.

/** On globalThis: some frameworks evaluate a module several times. */
const GATES: unique symbol = Symbol.for('countersign.testing.gates')

/** `first `, and after `releaseParts` with the same key, `last`. */
export async function* heldParts(key: string): AsyncGenerator<string> {
  yield 'first '
  await new Promise<void>((resolve) => void gates().set(key, resolve))
  yield 'last'
}

/** False where nobody is held by that key. */
export function releaseParts(key: string): boolean {
  const release = gates().get(key)
  gates().delete(key)
  release?.()
  return release !== undefined
}

/** The same, as the body of a `Response`. */
export function heldStream(key: string): ReadableStream<Uint8Array> {
  const parts = heldParts(key)
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await parts.next()
      if (done) controller.close()
      else controller.enqueue(new TextEncoder().encode(value))
    },
  })
}

function gates(): Map<string, () => void> {
  const holder = globalThis as { [GATES]?: Map<string, () => void> }
  holder[GATES] ??= new Map()
  return holder[GATES]
}
