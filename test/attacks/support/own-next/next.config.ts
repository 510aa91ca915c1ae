// For a copy in test/.cache/attacks: the root of the repository lies four folders above.
import { resolve } from 'node:path'
import type { NextConfig } from 'next'

const root = resolve('../../../..')

const config: NextConfig = {
  turbopack: { root },
  outputFileTracingRoot: root,
  poweredByHeader: false,
}

export default config
