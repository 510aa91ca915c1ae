// A bundle as an edge runtime is given it: for a place without Node (an import of node: fails it).
import { build } from 'esbuild'

export async function bundleForEdge(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    target: 'es2022',
    conditions: ['@countersign/source', 'edge-light', 'worker'],
    mainFields: ['module', 'main'],
    minify: true,
    logLevel: 'silent',
  })
  const code = outputFiles[0]?.text
  if (code === undefined) throw new Error('esbuild wrote no bundle')
  return code
}
