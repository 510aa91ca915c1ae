// The threats are numbered, T1 to T52, and each has a file here that begins with its number and tells whom it befell.
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const HERE = new URL('.', import.meta.url)
const THREATS = Array.from({ length: 52 }, (_, at) => at + 1)

test('every threat has a test that bears its number', () => {
  const files = readdirSync(HERE).filter((name) => name.endsWith('.test.ts'))
  for (const threat of THREATS) {
    const own = files.filter((name) => name.startsWith(`t${String(threat).padStart(2, '0')}-`))
    expect(own.length, `T${threat}`).toBeGreaterThan(0)
    for (const name of own)
      expect(readFileSync(new URL(name, HERE), 'utf8'), name).toMatch(
        new RegExp(`^// T${threat}\\b[\\s\\S]*?test[\\s\\S]*?T${threat}\\b`),
      )
  }
})
