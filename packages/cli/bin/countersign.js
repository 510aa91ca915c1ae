#!/usr/bin/env node
// Committed, so that the command can be linked before anything is built.
import { existsSync } from 'node:fs'

const built = new URL('../dist/countersign.js', import.meta.url)
if (existsSync(built)) await import(built.href)
else {
  process.stderr.write(
    'countersign is not built yet. Build it: npm run build (npm start does it too)\n',
  )
  process.exitCode = 4
}
