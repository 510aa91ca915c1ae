// At most five device cookies per browser: which ones have to go when another is set.
import type { Sealer } from '../seal/create-sealer.ts'
import { parseDeviceCookie } from './device-cookie.ts'
import { isDeviceCookieName, MOST_DEVICES_PER_BROWSER } from './device-cookie-name.ts'

/** Names to expire: first what cannot be read any more, then what was used longest ago. */
export async function limitDeviceCookies(
  cookies: ReadonlyMap<string, string>,
  setting: string,
  sealer: Sealer,
): Promise<readonly string[]> {
  const others = [...cookies].filter(([name]) => isDeviceCookieName(name) && name !== setting)
  const surplus = others.length - (MOST_DEVICES_PER_BROWSER - 1)
  if (surplus <= 0) return []
  const used = await Promise.all(
    others.map(async ([name, value]) => ({
      name,
      usedAt: parseDeviceCookie(await sealer.open(value))?.usedAt ?? 0,
    })),
  )
  return used
    .sort((a, b) => a.usedAt - b.usedAt)
    .slice(0, surplus)
    .map(({ name }) => name)
}
