// What all guarded replies, problems and cookies have in common.
import { expect } from 'vitest'

export function expectGuarded(reply: Response): void {
  expect(reply.headers.get('cache-control')).toBe('private, no-store')
  expect(varies(reply)).toContain('cookie')
}

export function varies(reply: Response): string[] {
  return (reply.headers.get('vary') ?? '').split(',').map((name) => name.trim().toLowerCase())
}

export interface ExpectedProblem {
  readonly status: number
  readonly code: string
  /** Beside `type`, `title`, `status`, `code` and `decision`: no more and no less. */
  readonly details?: Readonly<Record<string, unknown>>
}

/** A problem of RFC 9457 that bears the decision's id and tells nothing else. */
export async function expectProblem(
  reply: Response,
  { status, code, details = {} }: ExpectedProblem,
): Promise<void> {
  expect([reply.status, reply.headers.get('content-type')]).toEqual([
    status,
    'application/problem+json',
  ])
  expect(await reply.json()).toEqual({
    type: `urn:countersign:problem:${code}`,
    title: expect.any(String),
    status,
    code,
    decision: expect.stringMatching(UUID),
    ...details,
  })
  expectGuarded(reply)
}

/** For a person: a page with the id to tell to support. */
export async function expectPage(reply: Response, status: number): Promise<string> {
  expect([reply.status, reply.headers.get('content-type')]).toEqual([
    status,
    'text/html; charset=utf-8',
  ])
  expectGuarded(reply)
  return await reply.text()
}

export const UUID: RegExp = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/

export interface SetCookie {
  readonly name: string
  readonly value: string
  readonly maxAge: number
}

/** All of them `__Host-`, and closed to scripts, to plain HTTP and to other sites. */
export function ownCookies(reply: Response): readonly SetCookie[] {
  const own = reply.headers.getSetCookie().filter((line) => line.startsWith('__Host-'))
  return own.map((line) => {
    const [pair = '', ...attributes] = line.split('; ')
    const maxAge = attributes.find((one) => one.startsWith('Max-Age='))?.slice('Max-Age='.length)
    const rest = attributes.filter((one) => !one.startsWith('Max-Age=')).sort()
    expect(rest).toEqual(['HttpOnly', 'Path=/', 'SameSite=Lax', 'Secure'])
    const at = pair.indexOf('=')
    return { name: pair.slice(0, at), value: pair.slice(at + 1), maxAge: Number(maxAge) }
  })
}

/** The ticket in the address of the challenge page. */
export function ticketOf(url: string | null): string {
  const [path, query = ''] = (url ?? '').split('?')
  expect(path).toBe('/step-up')
  const ticket = new URLSearchParams(query).get('ticket') ?? ''
  expect(ticket.length).toBeGreaterThan(40)
  return ticket
}
