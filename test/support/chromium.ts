// A real browser for the end-to-end tests: Debian's Chromium, headless, with a fresh profile.
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

export const CHROMIUM: string = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Where there is no Chromium the tests that need one are left out, loudly; under CI=true they fail instead. */
export function hasChromium(): boolean {
  if (existsSync(CHROMIUM) || process.env['CI'] === 'true') return true
  console.warn(`${CHROMIUM} is missing: the tests in a browser are left out`)
  return false
}

export function startChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}
