import { fileURLToPath } from 'node:url'
import type { NextConfig } from 'next'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const config: NextConfig = {
  turbopack: { root },
  outputFileTracingRoot: root,
  // the app's own CORS, as contractCors has it
  headers: async () => [
    {
      source: '/:path*',
      has: [{ type: 'header', key: 'origin', value: 'https://partner.example' }],
      headers: [
        { key: 'access-control-allow-origin', value: 'https://partner.example' },
        { key: 'access-control-allow-credentials', value: 'true' },
        { key: 'vary', value: 'Origin' },
      ],
    },
  ],
}

export default config
