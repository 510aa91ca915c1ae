// For a copy of this folder in test/.cache/readme: the root of the repository lies four folders above.
import { resolve } from 'node:path'
import type { NextConfig } from 'next'

const root = resolve('../../../..')

const config: NextConfig = { turbopack: { root }, outputFileTracingRoot: root }

export default config
