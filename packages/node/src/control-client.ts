// Talks to the control socket of a running app.
import { connect, type Socket } from 'node:net'
import type { Json } from '@countersign/core'
import { dataDirectory } from './data-directory.ts'
import { codeOf } from './durable-files.ts'
import { readMessages, writeMessage } from './message-stream.ts'
import { findSocketPath } from './socket-path.ts'

export interface ControlClient {
  /**
   * The command's result. @throws ControlError with the code of the app's answer, or `timeout` or `closed`: whether the
   * command took effect is then not known.
   */
  call(command: string, args: unknown): Promise<Json>
  close(): void
}

export class ControlError extends Error {
  override readonly name = 'ControlError'
  readonly code: string

  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}

const CALL_TIMEOUT_MS = 30_000

interface Waiting {
  readonly resolve: (result: Json) => void
  readonly reject: (error: ControlError) => void
}

/** `undefined` where no app runs on the data directory. @throws where one may run but cannot be reached. */
export async function connectControl(dir: string): Promise<ControlClient | undefined> {
  const socket = await open(await findSocketPath(dataDirectory(dir)))
  if (socket === undefined) return undefined
  const waiting = new Map<number, Waiting>()
  let calls = 0

  function fail(code: string, message: string): void {
    for (const { reject } of waiting.values()) reject(new ControlError(code, message))
    waiting.clear()
    socket?.destroy()
  }

  readMessages(
    socket,
    (message) => {
      const { id, ok, result, error } = (message ?? {}) as Answer
      const call = waiting.get(Number(id))
      if (call === undefined) return
      waiting.delete(Number(id))
      if (ok === true) call.resolve(result ?? null)
      else
        call.reject(new ControlError(error?.code ?? 'failure', error?.message ?? 'no reason given'))
    },
    (reason) => fail('bad_answer', reason),
  )
  socket.on('error', (error) => fail('closed', error.message))
  socket.on('close', () => fail('closed', 'the app closed the connection'))

  return {
    call(command, args) {
      if (socket.destroyed)
        return Promise.reject(new ControlError('closed', 'the connection is closed'))
      calls += 1
      const id = calls
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(id)
          reject(
            new ControlError('timeout', `no answer to ${command} within ${CALL_TIMEOUT_MS} ms`),
          )
        }, CALL_TIMEOUT_MS)
        waiting.set(id, {
          resolve: (result) => {
            clearTimeout(timer)
            resolve(result)
          },
          reject: (error) => {
            clearTimeout(timer)
            reject(error)
          },
        })
        writeMessage(socket, { id, command, args })
      })
    },
    close: () => socket.destroy(),
  }
}

interface Answer {
  readonly id?: unknown
  readonly ok?: boolean
  readonly result?: Json
  readonly error?: { readonly code?: string; readonly message?: string }
}

function open(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.off('error', failed)
      resolve(socket)
    })
    socket.once('error', failed)
    function failed(error: Error): void {
      if (['ECONNREFUSED', 'ENOENT', 'ENOTSOCK'].includes(codeOf(error) ?? '')) resolve(undefined)
      else reject(error)
    }
  })
}
