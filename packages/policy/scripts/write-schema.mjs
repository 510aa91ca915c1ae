// Writes policy.schema.json from the tables in src/schema: run it after `tsc -b` whenever they change.
import { writeFileSync } from 'node:fs'
import { policyJsonSchema } from '../dist/index.js'

const file = new URL('../policy.schema.json', import.meta.url)
writeFileSync(file, `${JSON.stringify(policyJsonSchema(), null, 2)}\n`)
