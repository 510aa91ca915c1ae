// Guards for what is upgraded to a WebSocket: the request that asks for it is decided like any other, before the handshake.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import {
  type ActionName,
  type Checked,
  createGuardCore,
  type Decision,
  type GuardOptions,
  type GuardServices,
  type Incoming,
  type ResourceOf,
} from '@countersign/core'
import { readIncoming } from '../http/read-incoming.ts'
import { nodePlatform } from '../node-platform.ts'
import { editHandshake } from './edit-handshake.ts'
import { writeReply } from './write-reply.ts'

/** A listener of a server's `upgrade` event, or what such a listener hands on to. */
export type UpgradeListener = (req: IncomingMessage, socket: Duplex, head: Buffer) => void

export interface UpgradeGuard extends GuardServices {
  /** Guards by the policy's routes; where none matches, `upgrade` goes on undecided. */
  routes(upgrade: UpgradeListener): UpgradeListener
  /** Guards one action. `upgrade` makes the handshake; a refusal is written to the socket, which is then closed. */
  upgrade<A extends ActionName>(
    action: A,
    upgrade: UpgradeListener,
    options?: {
      /** Reads the action's declared attributes, usually from the query. */
      readonly resource: (req: IncomingMessage) => ResourceOf<A> | Promise<ResourceOf<A>>
    },
  ): UpgradeListener
  /** What was decided last for this request. */
  decision(req: IncomingMessage): Decision | undefined
}

/**
 * With the `backend` of the app's own guard it shares all that is known. It is decided once, when the connection is opened:
 * what is revoked later does not close it. Every site may open a WebSocket from a browser, with cookies: so no opt-out is
 * honoured unless Origin is `publicOrigin`.
 *
 * @throws ConfigurationError where an option, or the policy, is wrong
 * @example
 * server.on('upgrade', guard.upgrade('chat.join', (req, socket, head) =>
 *   sockets.handleUpgrade(req, socket, head, (ws) => sockets.emit('connection', ws, req))))
 */
export function createUpgradeGuard(options: GuardOptions<IncomingMessage>): UpgradeGuard {
  const core = createGuardCore(options, nodePlatform)
  const { nameAction, check, checkRoutes, answerFeed, addTarget, challenge, ...services } = core

  function listener(
    checkOf: (incoming: Incoming<IncomingMessage>) => Promise<Checked>,
    upgrade: UpgradeListener,
  ): UpgradeListener {
    return function countersign(req, socket, head) {
      // nobody else listens while it is decided, and an error that nobody hears ends the process
      const hangUp = () => void socket.destroy()
      socket.on('error', hangUp)
      checkOf(readUpgrade(req))
        .then((checked) => {
          if (socket.destroyed) return
          goOn(checked, socket, () => {
            socket.off('error', hangUp)
            upgrade(req, socket, head)
          })
        })
        .catch(hangUp)
    }
  }

  return {
    ...services,
    routes: (upgrade) => listener((incoming) => checkRoutes(incoming), upgrade),
    upgrade(action, upgrade, options) {
      nameAction(action)
      return listener(
        (incoming) =>
          check(incoming, action, options && (() => options.resource(incoming.request))),
        upgrade,
      )
    },
    decision: (req) => core.decision(req),
  }
}

function readUpgrade(req: IncomingMessage): Incoming<IncomingMessage> {
  return { request: req, slot: req, reader: readIncoming(req, () => req.url ?? '') }
}

function goOn(checked: Checked, socket: Duplex, upgrade: () => void): void {
  if (checked.is === 'refuse' || checked.is === 'preflight') {
    writeReply(socket, checked.reply)
    return
  }
  // only a page or a proxy may leave a decision to somebody else
  if (checked.is === 'deferred') throw new Error('countersign: undecided')
  if (checked.is === 'proceed') editHandshake(socket, checked.edits)
  upgrade()
}
