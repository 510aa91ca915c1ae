// What a factor of the risk is, in words: for whoever reads a decision.
import type { RiskFactor } from '../policy/risk.ts'

const TEXT: ReadonlyMap<string, string> = new Map([
  ['new-device', 'This browser is none that the person trusts.'],
  ['credential-change', 'A password or a factor was changed within the last day.'],
  ['velocity', 'There are more guarded actions than a person makes.'],
  ['device-reuse', "A copy of a trusted device's cookie was seen."],
  ['cold-start', 'There is no history yet to judge something by.'],
  ['unfamiliar-login', 'The person has hardly ever signed in from such an address and browser.'],
  ['new-network', 'The person never signed in through this network operator before.'],
  ['user-agent-change', 'The browser became another one within the login.'],
  ['ip-change', 'The network became another one within the login.'],
  ['impossible-travel', 'Nobody travels so fast as the places of the logins ask for.'],
  ['anonymous-network', 'The address belongs to an anonymizer, a relay or a hosting network.'],
  ['unusual-hour', 'The person is hardly ever there at this hour.'],
  ['amount-velocity', 'More was moved within the window than the limit says.'],
  ['dormant-account', 'The account was not used for a long time.'],
  ['listed-address', 'The address is on a list of networks.'],
  ['session-age', 'The login is old.'],
  ['failed-challenges', 'Attempts at a challenge failed in this login or on this device.'],
])

/** One sentence, and how it counts. */
export function factorText({ code, unknown, floor }: RiskFactor): string {
  const text = TEXT.get(code) ?? `The signal ${code} is present.`
  if (unknown)
    return `Whether ${code} is present could not be had: it counts at the upper end only.`
  return floor === undefined ? text : `${text} The level is at least ${floor}.`
}
