// A message takes effect once, on whichever instance it comes in, and again only where the first attempt did not finish.
import type { Storage } from '@countersign/core'

export interface Message {
  /** Unique for its sender; any text. */
  readonly id: string
  /** What it says: the same id with other content is another message under a name that is taken. */
  readonly content: string
}

export type Taking = 'taken' | 'repeated' | 'conflict'

/**
 * The id is claimed before `effect` and marked as done after it: a message whose effect failed, or was cut off by a crash,
 * takes effect when it comes again. So what `effect` does has to bear being done twice at the same moment.
 */
export async function takeOnce(
  storage: Storage,
  { id, content }: Message,
  keptMs: number,
  effect: () => Promise<void>,
): Promise<Taking> {
  const [name, digest] = await Promise.all([digestOf(id), digestOf(content)])
  // the owner is the shard: spread, or all ids would lie in one
  const key = [name.slice(0, 2), name] as const
  const state = { digest, done: false }
  if (!(await storage.write(...key, state, 'absent', keptMs))) {
    const known = (await storage.read(...key))?.value as Partial<typeof state> | undefined
    if (known !== undefined && known.digest !== digest) return 'conflict'
    if (known?.done === true) return 'repeated'
  }
  await effect()
  await storage.write(...key, { digest, done: true }, 'any', keptMs)
  return 'taken'
}

async function digestOf(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
