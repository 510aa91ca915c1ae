import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigurationError } from '@countersign/core'
import { readPolicyFile } from '@countersign/node'
import { expect, it } from 'vitest'
import { temporaryDirectory } from './temporary-directory.ts'

it('gives the text as it is', async () => {
  const path = join(await temporaryDirectory(), 'policy.yaml')
  await writeFile(path, 'countersign: 1\nname: Büro\n')
  expect(readPolicyFile(path)).toBe('countersign: 1\nname: Büro\n')
})

it.each([
  { name: 'missing', make: async () => {}, text: 'cannot be read, got no such file' },
  { name: 'a directory', make: (path: string) => mkdir(path), text: 'got a directory' },
  { name: 'empty', make: (path: string) => writeFile(path, ' \n'), text: 'got an empty file' },
  {
    name: 'not UTF-8',
    make: (path: string) => writeFile(path, Buffer.from([0x6e, 0xff, 0xfe])),
    text: 'has to be UTF-8 text',
  },
  {
    name: 'too large',
    make: (path: string) => writeFile(path, Buffer.alloc(9 * 1024 * 1024, 'x')),
    text: 'is too large for a policy, got 9437184 bytes',
  },
])('is refused where it is $name, with what to do', async ({ make, text }) => {
  const path = join(await temporaryDirectory(), 'policy.yaml')
  await make(path)
  const read = () => readPolicyFile(path)
  expect(read).toThrow(ConfigurationError)
  expect(read).toThrow(text)
  expect(read).toThrow(path)
})
