// What an action is about, as the app reads it: Next's bodies and parameters are promises, core's resource is a value.
import type { Logger } from '@countersign/core'

/** What could not be read is unknown, attribute by attribute, and unknown never helps. */
export async function readResource(
  read: (() => unknown) | undefined,
  logger: Pick<Logger, 'warn'>,
): Promise<(() => unknown) | undefined> {
  if (read === undefined) return undefined
  try {
    const resource = await read()
    return () => resource
  } catch (error) {
    logger.warn({ err: error }, 'a resource could not be read: its attributes are unknown')
    return () => undefined
  }
}
