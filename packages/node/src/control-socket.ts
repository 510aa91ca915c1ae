// The control socket of a running app: bound, it is the lock of the data directory; served, it takes commands from
// whoever may write to it (mode 0600).
import { chmod, stat, unlink } from 'node:fs/promises'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { type CommandHandlers, ConfigurationError } from '@countersign/core'
import type { DataDirectory } from './data-directory.ts'
import { codeOf, FILE_MODE } from './durable-files.ts'
import { readMessages, writeMessage } from './message-stream.ts'
import { prepareSocketPath } from './socket-path.ts'

export interface ControlSocket {
  /** Until then commands are answered with `not_ready`. */
  serve(handlers: CommandHandlers): void
  /** @throws where the socket is no longer ours: another process may hold the directory. */
  assertHeld(): Promise<void>
  close(): Promise<void>
}

interface Request {
  readonly id: string | number
  readonly command: string
  readonly args: unknown
}

const MOST_CONNECTIONS = 32
const BIND_TRIES = 5
/** Asked by whoever finds the directory held; answered also while the app starts. */
const HOLDER = 'holder'
const HOLDER_ANSWERS_WITHIN_MS = 1_000

/** @throws ConfigurationError where another process holds the data directory. */
export async function openControlSocket(dir: DataDirectory): Promise<ControlSocket> {
  const path = await prepareSocketPath(dir)
  const sockets = new Set<Socket>()
  let handlers: CommandHandlers | undefined
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    socket.unref()
    readMessages(
      socket,
      (message) => void answer(socket, message),
      (reason) => {
        writeMessage(socket, { ok: false, error: { code: 'bad_request', message: reason } })
        socket.end()
      },
    )
  })
  server.maxConnections = MOST_CONNECTIONS
  server.unref()
  await bind(server, path, dir)
  if (process.platform !== 'win32') await chmod(path, FILE_MODE)
  const ours = await identify(path)

  async function answer(socket: Socket, message: unknown): Promise<void> {
    const request = readRequest(message)
    if (request === undefined) {
      const error = { code: 'bad_request', message: 'a request needs id, command and args' }
      return writeMessage(socket, { ok: false, error })
    }
    const { id, command, args } = request
    if (command === HOLDER) return writeMessage(socket, { id, ok: true, result: process.pid })
    const refused = refuse(command)
    if (refused !== undefined) return writeMessage(socket, { id, ok: false, error: refused })
    try {
      const result = await handlers?.[command]?.(args)
      writeMessage(socket, { id, ok: true, result: result ?? null })
    } catch (error) {
      writeMessage(socket, { id, ok: false, error: toError(error) })
    }
  }

  function refuse(command: string): { code: string; message: string } | undefined {
    if (handlers === undefined) return { code: 'not_ready', message: 'the app is still starting' }
    if (Object.hasOwn(handlers, command)) return undefined
    const known = Object.keys(handlers).sort().join(', ')
    return {
      code: 'unknown_command',
      message: `there is no command ${command}; known are ${known}`,
    }
  }

  return {
    serve(table) {
      handlers = table
    },
    async assertHeld() {
      if ((await identify(path)) === ours) return
      throw new Error(`${path} was removed or replaced: another process may hold ${dir.path}`)
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      // closing removes the socket's file
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function bind(server: Server, path: string, dir: DataDirectory): Promise<void> {
  for (let tries = 0; tries < BIND_TRIES; tries++) {
    try {
      return await listen(server, path)
    } catch (error) {
      if (codeOf(error) !== 'EADDRINUSE') throw error
    }
    await removeStale(path, dir)
  }
  throw heldByAnother(dir)
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, () => {
      server.off('error', reject)
      // later errors of the server concern single connections
      server.on('error', () => {})
      resolve()
    })
  })
}

/** A socket that nobody answers is what a killed process left. Its file is removed only if it is still the same. */
async function removeStale(path: string, dir: DataDirectory): Promise<void> {
  const before = await identify(path)
  const holder = await askHolder(path)
  if (holder !== undefined) throw heldByAnother(dir, holder.pid)
  if (before === undefined || (await identify(path)) !== before) return
  await unlink(path).catch((error) => {
    if (codeOf(error) !== 'ENOENT') throw error
  })
}

/** Tells one file of a name from the next: an inode's number is given away again at once. */
async function identify(path: string): Promise<string | undefined> {
  const found = await stat(path, { bigint: true }).catch(() => undefined)
  return found && `${found.dev}:${found.ino}:${found.ctimeNs}`
}

/** `undefined` where nobody holds the socket; without `pid` where the holder does not say who it is. */
function askHolder(path: string): Promise<{ readonly pid?: number } | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    let connected = false
    const timer = setTimeout(() => settle({}), HOLDER_ANSWERS_WITHIN_MS)
    function settle(holder: { readonly pid?: number } | undefined): void {
      clearTimeout(timer)
      socket.destroy()
      resolve(holder)
    }
    socket.once('connect', () => {
      connected = true
      readMessages(
        socket,
        (message) => settle(readHolder(message)),
        () => settle({}),
      )
      writeMessage(socket, { id: 1, command: HOLDER, args: null })
    })
    socket.once('close', () => settle(connected ? {} : undefined))
    socket.on('error', (error) => {
      const code = codeOf(error) ?? ''
      // a full queue of connections is somebody's who lives, and so was who accepted this one
      if (connected || code === 'EAGAIN') settle({})
      else if (['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(code)) settle(undefined)
      else {
        clearTimeout(timer)
        reject(error)
      }
    })
  })
}

function readHolder(message: unknown): { readonly pid?: number } {
  const { result } = (message ?? {}) as { readonly result?: unknown }
  return Number.isSafeInteger(result) ? { pid: Number(result) } : {}
}

function readRequest(message: unknown): Request | undefined {
  if (typeof message !== 'object' || message === null) return undefined
  const { id, command, args } = message as Partial<Request>
  if (typeof command !== 'string' || (typeof id !== 'string' && typeof id !== 'number'))
    return undefined
  return { id, command, args }
}

function toError(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: 'failure', message: String(error) }
  return { code: codeOf(error) ?? 'failure', message: error.message }
}

function heldByAnother(dir: DataDirectory, pid?: number): ConfigurationError {
  const one = pid === undefined ? '' : `, process ${pid}`
  return new ConfigurationError({
    code: 'data_directory_in_use',
    path: dir.path,
    problem: 'can be written by one process at a time',
    got:
      pid === process.pid
        ? `this one, process ${pid}, which opened it before`
        : `another one that is running${one}`,
    fix: 'Stop that one, give this one a directory of its own, or use a shared backend for many processes.',
  })
}
