// What an action is about, as the app reads it: Next's bodies and parameters are promises, core's resource is a value.

/** What it throws is thrown again where core asks: failures have one place, and are strict there. */
export async function readResource(
  read: (() => unknown) | undefined,
): Promise<(() => unknown) | undefined> {
  if (read === undefined) return undefined
  try {
    const resource = await read()
    return () => resource
  } catch (error) {
    return () => {
      throw error
    }
  }
}
