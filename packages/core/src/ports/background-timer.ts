// A timer for work beside the requests: where the platform lets it, it never keeps a process alive.

export type BackgroundTimer = ReturnType<typeof setTimeout>

export function startBackgroundTimer(run: () => unknown, ms: number): BackgroundTimer {
  const timer = setTimeout(run, ms)
  // Node has it, edge runtimes give a number
  ;(timer as { unref?: () => void }).unref?.()
  return timer
}
