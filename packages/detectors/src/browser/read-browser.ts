// What a user agent string says of a browser. Whoever sends it may say anything: it is bounded before it is parsed.
import Bowser from 'bowser'
import { LRUCache } from 'lru-cache'

export interface Browser {
  /** The string itself, cut; `-` where there is none. */
  readonly userAgent: string
  readonly name: string
  readonly version: string
  readonly os: string
  readonly osVersion: string
  readonly deviceType: string
}

/** A real one has at most a few hundred. */
const MOST_CHARACTERS = 512

const NONE: Browser = Object.freeze({
  ...{ userAgent: '-', name: '-', version: '-', os: '-', osVersion: '-', deviceType: '-' },
})

/** The same browser asks again and again, and parsing takes longer than a decision. */
const parsed = new LRUCache<string, Browser>({ max: 2_000 })

/** Never throws: what cannot be read is `-`, a value of its own. */
export function readBrowser(userAgent: string | undefined): Browser {
  const text = userAgent?.slice(0, MOST_CHARACTERS).trim()
  if (text === undefined || text === '') return NONE
  const known = parsed.get(text)
  if (known !== undefined) return known
  const browser = parse(text)
  parsed.set(text, browser)
  return browser
}

function parse(text: string): Browser {
  try {
    const { browser, os, platform } = Bowser.parse(text)
    return {
      userAgent: text,
      name: browser.name || '-',
      version: browser.version || '-',
      os: os.name || '-',
      osVersion: os.version || '-',
      deviceType: platform.type || '-',
    }
  } catch {
    return { ...NONE, userAgent: text }
  }
}
