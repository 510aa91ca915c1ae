// One challenge at a time: requests of a tab share it, and tabs wait for each other.
import { NAME } from './announce-confirmed.ts'

/** `again`: somebody else's challenge is over, so the request may go through by now. */
export type Outcome = 'confirmed' | 'again' | 'refused'

/** Shows a challenge; whether it was completed. */
export type Show = (channel: BroadcastChannel, signal: AbortSignal) => Promise<boolean>

export interface Challenges {
  /** How many were completed so far in any tab, as this one heard of it. */
  completed(): number
  /**
   * @param before what `completed()` said when the request was sent
   * @throws the signal's reason; the challenge itself ends with the last that waits for it
   */
  ask(show: Show, before: number, signal: AbortSignal): Promise<Outcome>
}

interface Running {
  readonly outcome: Promise<Outcome>
  readonly stop: AbortController
  waiting: number
}

export function shareChallenge(): Challenges {
  let channel: BroadcastChannel | undefined
  let completed = 0
  let running: Running | undefined

  // only when it is first needed: modules for the browser are evaluated on servers as well
  function listen(): BroadcastChannel {
    if (channel === undefined) {
      channel = new BroadcastChannel(NAME)
      channel.addEventListener('message', () => {
        completed += 1
      })
    }
    return channel
  }

  function run(show: Show): Running {
    const stop = new AbortController()
    const outcome = inTurn(() => show(listen(), stop.signal), stop.signal).finally(() => {
      running = undefined
    })
    // whoever waited may be gone
    outcome.catch(() => {})
    return { outcome, stop, waiting: 0 }
  }

  return {
    completed() {
      listen()
      return completed
    },
    async ask(show, before, signal) {
      if (completed > before) return 'again'
      const isOwn = running === undefined
      running ??= run(show)
      const shared = running
      shared.waiting += 1
      try {
        const outcome = await unlessAborted(shared.outcome, signal)
        // what another was confirmed for may not be enough for this one
        return isOwn || outcome !== 'confirmed' ? outcome : 'again'
      } finally {
        shared.waiting -= 1
        if (shared.waiting === 0) shared.stop.abort()
      }
    },
  }
}

/** Where another tab is asking already, it waits for that instead. A tab that is closed lets go of its lock. */
async function inTurn(show: () => Promise<boolean>, signal: AbortSignal): Promise<Outcome> {
  const { locks } = navigator
  const confirmed = await locks.request(NAME, { ifAvailable: true }, (lock) => lock && show())
  if (confirmed !== null) return confirmed ? 'confirmed' : 'refused'
  await locks.request(NAME, { signal }, () => {})
  return 'again'
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}
