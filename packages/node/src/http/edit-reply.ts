// The guard's headers and cookies on a reply that somebody else writes.
import type { ServerResponse } from 'node:http'
import { type Edits, serializeCookie } from '@countersign/core'
import onHeaders from 'on-headers'

/** One list for each reply: guards inside guards share their edits, and no cookie is set twice. */
const waiting = new WeakMap<ServerResponse, Edits[]>()

/**
 * Applied as the last word before the headers go out, whoever sends them: a handler that says `Cache-Control: public`
 * does not undo it (T38), nor does a framework that clears all headers when a handler throws.
 */
export function editReply(res: ServerResponse, edits: Edits): void {
  const known = waiting.get(res)
  if (known !== undefined) {
    if (!known.includes(edits)) known.push(edits)
    return
  }
  const all = [edits]
  waiting.set(res, all)
  onHeaders(res, () => {
    for (const { headers, cookies } of all) {
      for (const [name, value] of headers) setHeader(res, name, value)
      for (const cookie of cookies) res.appendHeader('set-cookie', serializeCookie(cookie))
    }
  })
}

/** Others may vary the reply on more than we do. */
function setHeader(res: ServerResponse, name: string, value: string): void {
  if (name !== 'vary') {
    res.setHeader(name, value)
    return
  }
  const present = [res.getHeader('vary') ?? []].flat().join(', ')
  const names = present.split(',').map((one) => one.trim().toLowerCase())
  if (names.includes('*') || names.includes(value.toLowerCase())) return
  res.setHeader('vary', present === '' ? value : `${present}, ${value}`)
}
