// Over TLS alone, as a user who may do no more than the guide lists.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { feedContract, storeContract } from '@countersign/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { startRedisServer, tlsArguments } from '../../../test/support/redis-servers.ts'
import { freePort } from '../../../test/support/servers.ts'
import { redisFeed, redisStore } from '../src/index.ts'
import { onRedis } from './harness.ts'
import { makeCertificate } from './make-certificate.ts'

const files = makeCertificate()
const { cert } = files
const tlsPort = await freePort()
const server = await startRedisServer(tlsArguments(files, tlsPort))
afterAll(async () => {
  await server.stop()
  files.remove()
})

/** The rules of the guide, for the prefix of the tests. */
function documentedRules(prefix: string): readonly string[] {
  const guide = readFileSync(
    fileURLToPath(new URL('../../../docs/redis.md', import.meta.url)),
    'utf8',
  )
  const line = guide.split('\n').find((one) => one.startsWith('user shop '))
  if (line === undefined) throw new Error('docs/redis.md has no line with the rules of a user')
  const rules = line.split(' ').slice(2)
  return rules.map((rule) => rule.replace('>password', '>s3cret').replace('countersign', prefix))
}

server.cli('ACL', 'SETUSER', 'shop', ...documentedRules('test-*'))
const url = `rediss://shop:s3cret@127.0.0.1:${tlsPort}`
const tls = { ca: readFileSync(cert) }

describe('as the user of the guide, over TLS', () => {
  feedContract(
    'Redis with TLS and ACL',
    onRedis([server], (prefix) => redisFeed({ url, tls, prefix })),
  )
  storeContract(
    'Redis with TLS and ACL',
    onRedis([server], (prefix) => redisStore({ url, tls, prefix })),
  )
})

describe('what is not so is refused at the opening', () => {
  it.each([
    { name: 'a certificate that nobody vouches for', options: { url }, says: /self-signed/ },
    {
      name: 'a wrong password',
      options: { url: url.replace('s3cret', 'other'), tls },
      says: /WRONGPASS/,
    },
    {
      name: 'a server without TLS',
      options: { url: url.replace(String(tlsPort), String(server.port)), tls },
      says: /Redis/,
    },
  ])('$name', async ({ options, says }) => {
    const opening = redisFeed({ ...options, prefix: 'test-refused' }).open({ secrets: [] })
    const error = await opening.catch((thrown: unknown) => thrown)
    expect(String(error)).toMatch(says)
    expect(String(error)).not.toContain('s3cret')
  })

  it('keys of another prefix', async () => {
    const feed = await redisFeed({ url, tls, prefix: 'other' }).open({ secrets: [] })
    const event = { id: '1', at: 1, by: 'ann', why: 'a test', topic: 'revocation' } as const
    const data = { kind: 'session', subject: 's', session: '1' } as const
    await expect(feed.append({ ...event, data })).rejects.toThrow(/NOPERM/)
    await feed.close()
  })
})
