// A challenge that cannot be opened because something failed inside. It goes to the app, whose error handler may show it.

/**
 * Opaque: the failure itself is in the log, under `decision`. Express and Koa answer with `status`, and Koa shows no
 * message that is not `expose`d.
 */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError'
  readonly status = 503
  readonly expose = false
  readonly decision: string

  constructor(decision: string) {
    super(`this cannot be decided right now (${decision})`)
    this.decision = decision
    // where it was thrown is nobody's business either
    this.stack = `${this.name}: ${this.message}`
  }
}
