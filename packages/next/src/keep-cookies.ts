// Our cookies through Next's own store, where there is no Response of ours to put them on.
import type { Cookie } from '@countersign/core'
import { cookies } from 'next/headers.js'

/** In server actions and route handlers. @throws where Next lets nobody set cookies */
export async function keepCookies(ours: readonly Cookie[]): Promise<void> {
  if (ours.length === 0) return
  const store = await cookies()
  for (const { name, value, maxAgeSeconds } of ours) {
    store.set(name, value, {
      maxAge: Math.max(0, maxAgeSeconds),
      path: '/',
      secure: true,
      httpOnly: true,
      sameSite: 'lax',
    })
  }
}
