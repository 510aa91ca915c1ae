// The address at the other end of the connection.
import { getConnInfo } from '@hono/node-server/conninfo'
import type { Context } from 'hono'

export function peerOf(c: Context): string | undefined {
  return getConnInfo(c).remote.address
}
