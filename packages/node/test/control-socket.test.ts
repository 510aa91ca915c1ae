import { spawn } from 'node:child_process'
import { chmod, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { createConnection, createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { ControlError, connectControl } from '@countersign/node'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type ControlSocket, openControlSocket } from '../src/control-socket.ts'
import { dataDirectory } from '../src/data-directory.ts'
import { findSocketPath } from '../src/socket-path.ts'
import { temporaryDirectory } from './temporary-directory.ts'

async function running(handlers: Parameters<ControlSocket['serve']>[0] = {}) {
  const dir = await temporaryDirectory()
  const control = await openControlSocket(dataDirectory(dir))
  onTestFinished(() => control.close())
  control.serve(handlers)
  return { dir, control }
}

async function client(dir: string) {
  const connected = await connectControl(dir)
  if (connected === undefined) throw new Error('nothing runs there')
  onTestFinished(() => connected.close())
  return connected
}

/** Sends bytes as they are, and gives what comes back until the other side ends. */
function raw(path: string, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = createConnection(path, () => socket.write(bytes))
    socket.on('data', (data) => {
      answer += data
      if (answer.endsWith('\n')) socket.destroy()
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(answer))
  })
}

describe('the control socket', () => {
  it('gives a command to its handler, and the result back', async () => {
    const { dir } = await running({ echo: async (args) => ({ args }) as never })
    const { call } = await client(dir)
    expect(await call('echo', { a: [1, 'ü\n'] })).toEqual({ args: { a: [1, 'ü\n'] } })
    const answers = await Promise.all([1, 2, 3].map((n) => call('echo', n)))
    expect(answers).toEqual([{ args: 1 }, { args: 2 }, { args: 3 }])
  })

  it('tells what a handler threw, with its code', async () => {
    const { dir } = await running({
      refuse: async () => {
        throw Object.assign(new Error('lint found an error'), { code: 'policy_refused' })
      },
      fail: async () => {
        throw new Error('out of order')
      },
    })
    const { call } = await client(dir)
    const refused = await call('refuse', null).catch((error) => error)
    expect(refused).toBeInstanceOf(ControlError)
    expect(refused).toMatchObject({ code: 'policy_refused', message: 'lint found an error' })
    await expect(call('fail', null)).rejects.toMatchObject({ code: 'failure' })
  })

  it.each(['moon', '__proto__', 'constructor', 'toString'])(
    'knows no command %s',
    async (command) => {
      const { dir } = await running({ history: async () => null })
      const { call } = await client(dir)
      await expect(call(command, null)).rejects.toMatchObject({
        code: 'unknown_command',
        message: expect.stringContaining('known are history'),
      })
    },
  )

  it('answers that the app is starting until it serves', async () => {
    const dir = await temporaryDirectory()
    const control = await openControlSocket(dataDirectory(dir))
    onTestFinished(() => control.close())
    await expect((await client(dir)).call('history', null)).rejects.toMatchObject({
      code: 'not_ready',
    })
  })

  it.each([
    { name: 'no JSON', bytes: 'moon\n', answer: 'a message is no JSON' },
    { name: 'no request', bytes: '[1]\n', answer: 'a request needs id, command and args' },
    { name: 'null', bytes: 'null\n', answer: 'a request needs id, command and args' },
    { name: 'too much', bytes: 'x'.repeat(33 * 1024 * 1024), answer: 'longer than' },
  ])('refuses $name, and lives', async ({ bytes, answer }) => {
    const { dir } = await running({ ping: async () => 'pong' })
    expect(await raw(join(dir, 'control.sock'), bytes)).toContain(answer)
    expect(await (await client(dir)).call('ping', null)).toBe('pong')
  })

  it('nothing runs where there is no socket, or one that nobody answers', async () => {
    expect(await connectControl(await temporaryDirectory())).toBeUndefined()
    const { dir, control } = await running()
    await control.close()
    expect(await connectControl(dir)).toBeUndefined()
  })

  it('a command that is under way when the app goes is told to be closed', async () => {
    const { dir, control } = await running({ hang: () => new Promise(() => {}) })
    const { call } = await client(dir)
    const calling = expect(call('hang', null)).rejects.toMatchObject({ code: 'closed' })
    await new Promise((resolve) => setTimeout(resolve, 50))
    await control.close()
    await calling
  })

  it('the socket of a killed process is replaced', async () => {
    const dir = await temporaryDirectory()
    const path = join(dir, 'control.sock')
    const script = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    await new Promise((resolve) => spawn(process.execPath, ['-e', script]).on('exit', resolve))
    expect((await stat(path)).isSocket()).toBe(true)
    expect(await connectControl(dir)).toBeUndefined()
    const control = await openControlSocket(dataDirectory(dir))
    onTestFinished(() => control.close())
    control.serve({ ping: async () => 'pong' })
    expect(await (await client(dir)).call('ping', null)).toBe('pong')
  })

  it('a file in its place is replaced, a socket that answers is not', async () => {
    const dir = await temporaryDirectory()
    await writeFile(join(dir, 'control.sock'), '')
    const control = await openControlSocket(dataDirectory(dir))
    await control.close()
    const other = createServer().listen(join(dir, 'control.sock'))
    onTestFinished(() => void other.close())
    await new Promise((resolve) => other.once('listening', resolve))
    await expect(openControlSocket(dataDirectory(dir))).rejects.toMatchObject({
      code: 'data_directory_in_use',
    })
  })

  it('is elsewhere, in a private directory, where the path is too long for one', async () => {
    const dir = join(await temporaryDirectory(), 'y'.repeat(110))
    await mkdir(dir)
    const far = dirname(await findSocketPath(dataDirectory(dir)))
    onTestFinished(() => rm(far, { recursive: true, force: true }))
    const control = await openControlSocket(dataDirectory(dir))
    onTestFinished(() => control.close())
    control.serve({ ping: async () => 'pong' })
    expect(await (await client(dir)).call('ping', null)).toBe('pong')
  })

  it('is not looked for where somebody else could have made it', async () => {
    const dir = join(await temporaryDirectory(), 'z'.repeat(110))
    await mkdir(dir)
    const control = await openControlSocket(dataDirectory(dir))
    onTestFinished(() => control.close())
    const far = dirname(await findSocketPath(dataDirectory(dir)))
    onTestFinished(() => rm(far, { recursive: true }))
    await chmod(far, 0o777)
    await expect(connectControl(dir)).rejects.toMatchObject({ code: 'data_directory_unfit' })
  })
})
