// Shows the challenge page to the person: in a popup, or in place of the page.
import { NAME } from './announce-confirmed.ts'

/** @returns whether it was completed; `undefined` where the browser let no popup open */
export function showPopup(
  url: URL,
  channel: BroadcastChannel,
  signal: AbortSignal,
): Promise<boolean> | undefined {
  const popup = open(url, NAME, 'popup,width=480,height=760')
  if (popup === null) return
  return new Promise((resolve) => {
    const heard = new AbortController()
    const end = (confirmed: boolean): void => {
      heard.abort()
      clearInterval(watch)
      // here rather than by itself: so its being closed never comes before its word
      popup.close()
      resolve(confirmed)
    }
    channel.addEventListener('message', () => end(true), { signal: heard.signal })
    signal.addEventListener('abort', () => end(false), { signal: heard.signal })
    // no event tells it
    const watch = setInterval(() => popup.closed && end(false), 300)
  })
}

/** Resolves only where the person comes back by the browser's own cache, which is no confirmation. */
export function showInPlace(url: URL): Promise<boolean> {
  location.assign(url)
  return new Promise((resolve) =>
    addEventListener('pageshow', () => resolve(false), { once: true }),
  )
}
