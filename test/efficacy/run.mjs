// npm run efficacy: the simulation is TypeScript over the sources; it is bundled for Node first.
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

const outfile = fileURLToPath(new URL('../.cache/efficacy/main.mjs', import.meta.url))
await build({
  entryPoints: [fileURLToPath(new URL('./main.ts', import.meta.url))],
  ...{ bundle: true, platform: 'node', format: 'esm', target: 'node20', outfile },
  conditions: ['@countersign/source'],
  banner: {
    js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
  },
  logLevel: 'warning',
})
await import(pathToFileURL(outfile).href)
