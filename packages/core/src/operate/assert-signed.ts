// Every act of an operator says who and why; when is added to it (T50).
import { ActivationRefused } from './check-activation.ts'

/** @throws ActivationRefused `not_signed` */
export function assertSigned(by: unknown, why: unknown): void {
  for (const [name, value] of [
    ['by', by],
    ['why', why],
  ] as const) {
    if (typeof value === 'string' && value.trim() !== '' && value.length <= 500) continue
    throw new ActivationRefused(
      'not_signed',
      `${name}: ${name === 'by' ? 'who does this' : 'why it is done'} is missing. Give it as a text of at most 500 characters.`,
    )
  }
}
