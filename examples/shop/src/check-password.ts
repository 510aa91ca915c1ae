// Who may sign in: three people whose password the home page tells, kept as real apps keep theirs.
import { scrypt, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify<string, Buffer, number, Buffer>(scrypt)

/** Everybody's password is `correct-horse`: scrypt at Node's default cost, with a salt each. */
const PASSWORDS: ReadonlyMap<string, string> = new Map([
  [
    'alice',
    'ebbf6defc6b4e1b401f16c8079924e6d:b8e2c11b2ba0042739c38493fbfe535ac1c3146638facde2a03bbcbaf24434b0',
  ],
  [
    'bob',
    'd0985be85948ecd66b2f27820757982a:7c389bbb8e7899aafd505ab2d329c8835253f182974fd384e404cb6a7e08fced',
  ],
  [
    'carol',
    '313935f1a487e570461283b606bd2221:99395d7fe6526567d6e61387b0d23160b153f2e3ca6c2ea7259e46ff7db5f823',
  ],
])

/** Nobody's password: an unknown user costs as much time as a known one. */
const DECOY =
  'ba9fc32fa2556f34f881f6e94621186f:be0ebd68cd58cac866f41a17279a10d29a9298a4fac3cd67cc170acbc2a6c32d'

export const USERS: readonly string[] = [...PASSWORDS.keys()]

export function isUser(name: string): boolean {
  return PASSWORDS.has(name)
}

/**
 * The user, where name and password belong together. Takes what a form sent, whatever its type;
 * an unknown name and a wrong password take the same time.
 */
export async function checkPassword(user: unknown, password: unknown): Promise<string | undefined> {
  if (typeof user !== 'string' || typeof password !== 'string') return undefined
  const known = PASSWORDS.get(user)
  const matches = await isPassword(password, known ?? DECOY)
  return known !== undefined && matches ? user : undefined
}

async function isPassword(password: string, kept: string): Promise<boolean> {
  const [salt, hash] = kept.split(':').map((part) => Buffer.from(part, 'hex'))
  if (!salt || !hash) throw new Error('A kept password has to be salt:hash in hex.')
  return timingSafeEqual(await derive(password, salt, hash.length), hash)
}
