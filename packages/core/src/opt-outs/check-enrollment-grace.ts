// Kind enrollment-grace: a verified source says that the subject never enrolled a factor.
import { fails, HOLDS, type KindCheck, undecided } from './opt-out-check.ts'

/**
 * The claim has to say so: `false` or `null`. A claim that is not there says nothing, for a provider that stops sending it
 * would open the grace to everybody (law 1). That it ends, once and for all, is `until`, which all kinds share.
 */
export function prepareEnrollmentGrace(claim: string): KindCheck {
  return function checkEnrollmentGrace({ subject: { claims } }) {
    const fact = Object.hasOwn(claims, claim) ? claims[claim] : undefined
    if (fact?.is !== 'known') return undecided('enrollment_unknown')
    return fact.value === false || fact.value === null ? HOLDS : fails('enrolled')
  }
}
