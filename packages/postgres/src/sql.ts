// What the backend needs of a database: the same for a pool of connections to a server and for PGlite in this process.

export type Query = <Row>(text: string, values?: readonly unknown[]) => Promise<readonly Row[]>

export interface Transaction {
  readonly query: Query
  /** Several statements, without values. */
  script(text: string): Promise<void>
}

export interface Sql {
  /** The schema of our tables: a plain lower-case name that needs no quotes. */
  readonly schema: string
  /** One statement, and so one transaction. Rejects where the database does not answer in time. */
  readonly query: Query
  /** All or nothing, on one connection. */
  transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>
  /** Calls `wake` at each notification, and whenever some may have been missed. Mends itself until it is stopped. */
  listen(channel: string, wake: () => void): Listening
  close(): Promise<void>
}

export interface Listening {
  stop(): Promise<void>
}
