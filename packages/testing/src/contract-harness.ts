// What a contract suite needs of the backend under test.

export interface Harness<T> {
  /** Opens the port under test. Called again after `close` where `lasting`: what was there has to be there still. */
  open(): Promise<T>
  /** True where the data survives closing. */
  readonly lasting: boolean
  /** True where several may be open at once: each `open` is another instance's. */
  readonly shared?: boolean
  /** What lies behind the backend's back, as text: files, rows, keys. For checks that do not trust the port. */
  raw?(): Promise<string>
  /** Lets time pass for the backend: a fake clock's, or really. */
  pass(ms: number): Promise<void>
  /** Cleans up. */
  dispose(): Promise<void>
}

/** Makes a harness for one test. */
export type MakeHarness<T> = () => Promise<Harness<T>>

/** Runs a test on a fresh port and cleans up behind it. */
export async function onFresh<T extends { close(): Promise<void> }>(
  make: MakeHarness<T>,
  test: (port: T, harness: Harness<T>) => Promise<void>,
): Promise<void> {
  const harness = await make()
  try {
    const port = await harness.open()
    try {
      await test(port, harness)
    } finally {
      await port.close()
    }
  } finally {
    await harness.dispose()
  }
}
