// The request as core sees it: four lazy readers, which each adapter writes over its native request.

export interface RequestReader {
  /** Upper case, as on the wire. */
  method(): string
  /** The raw request target, query included, as on the wire: before any mount or rewrite took part of it away. */
  target(): string
  /** `name` in lower case. Duplicates are joined as Node joins them: with `, `, cookies with `; `. */
  header(name: string): string | undefined
  /** The address at the other end of the connection; undefined where the framework does not tell. */
  peerAddress(): string | undefined
}
