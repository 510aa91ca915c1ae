// A store or a log that hangs must not hang a request: after this a person is challenged instead (laws 5 and 8).

export const DEADLINE_MS = 5_000

/** Rejects where the work takes longer. It goes on all the same: what it spends or records then is spent and recorded. */
export function withinDeadline<T>(work: Promise<T>, what: string): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${what} took over ${DEADLINE_MS} ms`)),
      DEADLINE_MS,
    )
    work.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}
