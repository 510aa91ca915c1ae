// The shop of one data directory: its sessions, codes, passkeys and limits.
import { join, resolve } from 'node:path'
import { createOneTimeCodes, type OneTimeCodes } from './one-time-codes.ts'
import { createPasskeys, type Passkeys } from './passkeys.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { openShopFiles } from './shop-files.ts'
import { createSignIn, type SignIn } from './sign-in.ts'

export interface Shop {
  readonly demo: boolean
  /** Absolute; the guard's data lies in it, the shop's own in its folder `shop`. */
  readonly dataDirectory: string
  readonly sessions: Sessions
  readonly codes: OneTimeCodes
  readonly passkeys: Passkeys
  readonly signIn: SignIn
}

// Next evaluates a module several times in one process: limits, spent codes and ended sessions have to be the same
const OPEN = Symbol.for('countersign.example-shop')

/** Reads `COUNTERSIGN_DATA` (default `.data`) and `COUNTERSIGN_DEMO` (`1`: the demo). One shop per directory and process. */
export function openShop(env: Readonly<Record<string, string | undefined>> = process.env): Shop {
  // a place for data, not a part of the build: without the mark Next would ship the whole repository with its server
  const dataDirectory = resolve(/* turbopackIgnore: true */ env['COUNTERSIGN_DATA'] ?? '.data')
  const open = openShops()
  const shop = open.get(dataDirectory) ?? createShop(dataDirectory, env['COUNTERSIGN_DEMO'] === '1')
  open.set(dataDirectory, shop)
  return shop
}

function openShops(): Map<string, Shop> {
  const shared = globalThis as { [OPEN]?: Map<string, Shop> }
  shared[OPEN] ??= new Map()
  return shared[OPEN]
}

function createShop(dataDirectory: string, demo: boolean): Shop {
  const files = openShopFiles(join(dataDirectory, 'shop'))
  return {
    demo,
    dataDirectory,
    sessions: createSessions(files, Date.now),
    codes: createOneTimeCodes(files, { demo, now: Date.now }),
    passkeys: createPasskeys(files, Date.now),
    signIn: createSignIn(),
  }
}
