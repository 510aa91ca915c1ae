// The scripts of the shop's pages, and of the packages that they import: a few files, read once.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Asset {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** `undefined` for whatever is no script of ours. */
export type Assets = (folder: string | undefined, file: string | undefined) => Asset | undefined

const HEADERS = Object.freeze({
  'content-type': 'text/javascript; charset=utf-8',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
})

/** @param shop the folder that this package is in */
export function openAssets(shop: string): Assets {
  const folders: Readonly<Record<string, string>> = {
    shop: join(/* turbopackIgnore: true */ shop, 'dist/scripts'),
    countersign: join(/* turbopackIgnore: true */ shop, 'node_modules/@countersign/browser/dist'),
    webauthn: join(
      /* turbopackIgnore: true */ shop,
      'node_modules/@simplewebauthn/browser/dist/bundle',
    ),
  }
  const read = new Map<string, Asset | undefined>()

  return function asset(folder = '', file = '') {
    // a name, never a path
    if (!Object.hasOwn(folders, folder) || !/^[a-z][a-z.-]{0,40}\.js$/.test(file)) return undefined
    const path = join(/* turbopackIgnore: true */ folders[folder] ?? '', file)
    if (!read.has(path)) read.set(path, readAsset(path))
    return read.get(path)
  }
}

function readAsset(path: string): Asset | undefined {
  try {
    return { headers: HEADERS, body: readFileSync(path, 'utf8') }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
