import { fileURLToPath } from 'node:url'
import type { NextConfig } from 'next'

// the repository's root: from the packages of the workspace, Next would guess at it
const root = fileURLToPath(new URL('../..', import.meta.url))

const config: NextConfig = {
  turbopack: { root },
  outputFileTracingRoot: root,
  poweredByHeader: false,
}

export default config
