// Options by unknown names are told at once, with the one that was most likely meant.
import { ConfigurationError, didYouMean } from '@countersign/core'

/** @throws ConfigurationError `options_missing`, `option_unknown` */
export function assertNames(of: string, options: unknown, names: readonly string[]): void {
  if (typeof options !== 'object' || options === null)
    throw new ConfigurationError({
      code: 'options_missing',
      path: of,
      problem: 'takes an object of options',
      got: String(options),
      fix: `Write ${of}({ … }) with some of ${names.join(', ')}.`,
    })
  const wrong = Object.keys(options).find((name) => !names.includes(name))
  if (wrong === undefined) return
  const meant = didYouMean(wrong, names)
  throw new ConfigurationError({
    code: 'option_unknown',
    path: wrong,
    problem: `is no option of ${of}`,
    got: 'it',
    fix: `${meant === undefined ? '' : `Did you mean ${meant}? `}Use some of ${names.join(', ')}.`,
  })
}
