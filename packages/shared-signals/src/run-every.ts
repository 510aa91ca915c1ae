// Runs something again and again beside everything else: it keeps no process alive.

/** `clearInterval` ends it. */
export function runEvery(ms: number, run: () => void): ReturnType<typeof setInterval> {
  const timer = setInterval(run, ms)
  // a number where there is no Node
  ;(timer as { unref?: () => void }).unref?.()
  return timer
}
