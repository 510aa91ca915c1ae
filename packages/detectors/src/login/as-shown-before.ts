// An update of a browser that the person showed before is that browser: versions rise every month, and say nothing of who
// is there.
import { isSameOrUpdate } from '../browser/is-later-version.ts'
import { type LoginTraits, MISSING } from './login-traits.ts'

type Values = LoginTraits['values']

/** The same, or later versions of it and of its system. What cannot be read is no browser that could be updated. */
export function isSameBrowser(before: Values, now: Values): boolean {
  if (before.userAgent === now.userAgent) return true
  return (
    now.browser !== MISSING &&
    before.deviceType === now.deviceType &&
    isSameOrUpdate(now.browser, before.browser) &&
    isSameOrUpdate(now.os, before.os)
  )
}

/** Browser and system as the person showed them, where these are updates of them; the full string is what it is. */
export function asShownBefore(habits: readonly Values[], now: Values): Values {
  if (habits.some(({ userAgent }) => userAgent === now.userAgent)) return now
  const before = habits.findLast((one) => isSameBrowser(one, now))
  return before === undefined ? now : { ...now, browser: before.browser, os: before.os }
}
