// One signal for a request that is given up: because it takes too long, or because nobody wants it any more. Not
// `AbortSignal.any`, which not every runtime has.

export interface Deadline {
  readonly signal: AbortSignal
  /** From now on it may take so long, in place of what was said before. */
  within(ms: number): void
  end(): void
}

export function createDeadline(what: string, stop: AbortSignal): Deadline {
  const controller = new AbortController()
  let timer: ReturnType<typeof setTimeout> | undefined
  const abort = () => controller.abort(stop.reason)
  if (stop.aborted) abort()
  stop.addEventListener('abort', abort)
  return {
    signal: controller.signal,
    within(ms) {
      clearTimeout(timer)
      timer = setTimeout(() => controller.abort(new Error(`${what} took too long`)), ms)
    },
    end() {
      clearTimeout(timer)
      stop.removeEventListener('abort', abort)
    },
  }
}
