// Makes one plain JavaScript file of a TypeScript test program, so that a process of its own can run it.
import { join } from 'node:path'
import { build, defaultServerConditions } from 'vite'

export async function bundle(source: string, outDir: string): Promise<string> {
  const conditions = ['@countersign/source', ...defaultServerConditions]
  await build({
    configFile: false,
    logLevel: 'error',
    resolve: { conditions },
    ssr: { noExternal: true, resolve: { conditions } },
    build: {
      ssr: source,
      outDir,
      target: 'node20',
      emptyOutDir: false,
      rollupOptions: { output: { format: 'esm', entryFileNames: 'program.mjs' } },
    },
  })
  return join(outDir, 'program.mjs')
}
