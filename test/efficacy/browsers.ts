// What browsers call themselves, and how they rise with time. Shares roughly those of the web.
import type { Random } from './random.ts'

export interface Device {
  readonly phone: boolean
  /** Which kind of browser, in `KINDS`. */
  readonly kind: number
  /** So many days behind with updates. */
  readonly lagDays: number
  /** What tells devices of one kind apart, where the string says it. */
  readonly model: string
  /** Keeps cookies between logins. */
  readonly keepsCookies: boolean
  /** Its owner ticks "remember this browser". */
  readonly remembers: boolean
}

type Kind = readonly [share: number, phone: boolean, text: (major: number, model: string) => string]

const WEBKIT = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const KINDS: readonly Kind[] = [
  [
    0.4,
    false,
    (v) => `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/${v}.0.0.0 Safari/537.36`,
  ],
  [
    0.18,
    false,
    (v) =>
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/${v}.0.0.0 Safari/537.36 Edg/${v}.0.0.0`,
  ],
  [
    0.15,
    false,
    (v) =>
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Chrome/${v}.0.0.0 Safari/537.36`,
  ],
  [
    0.12,
    false,
    (v) =>
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/${17 + Math.floor(v / 60)}.${Math.floor(v / 3) % 7} Safari/605.1.15`,
  ],
  [
    0.1,
    false,
    (v) => `Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:${v}.0) Gecko/20100101 Firefox/${v}.0`,
  ],
  [0.05, false, (v) => `Mozilla/5.0 (X11; Linux x86_64; rv:${v}.0) Gecko/20100101 Firefox/${v}.0`],
  [
    0.45,
    true,
    (v) =>
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_${Math.floor(v / 2) % 7} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.${Math.floor(v / 2) % 7} Mobile/15E148 Safari/604.1`,
  ],
  [
    0.4,
    true,
    (v) => `Mozilla/5.0 (Linux; Android 10; K) ${WEBKIT} Chrome/${v}.0.0.0 Mobile Safari/537.36`,
  ],
  [
    0.15,
    true,
    (v, model) =>
      `Mozilla/5.0 (Linux; Android 14; SM-${model}) ${WEBKIT} SamsungBrowser/${Math.floor(v / 5)}.0 Chrome/${v}.0.0.0 Mobile Safari/537.36`,
  ],
]

const DAY_MS = 86_400_000
const RELEASE_DAYS = 28

export function makeDevice(random: Random, phone: boolean): Device {
  const some = KINDS.map(([share, isPhone], kind) => [kind, isPhone === phone ? share : 0] as const)
  return {
    phone,
    kind: random.weighted(some),
    lagDays: random.chance(0.25) ? random.below(300) : random.below(25),
    model: `S${900 + random.below(40)}B`,
    keepsCookies: random.chance(0.88),
    remembers: random.chance(0.8),
  }
}

/** @param at milliseconds since the beginning of the simulated time */
export function userAgentOf({ kind, lagDays, model }: Device, at: number): string {
  const major = 131 + Math.floor((at / DAY_MS - lagDays) / RELEASE_DAYS)
  return KINDS[kind]?.[2](major, model) ?? ''
}
