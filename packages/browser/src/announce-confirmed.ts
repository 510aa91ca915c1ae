// The page that a completed challenge ends on: tells every tab of the app that it may try again.

/** The name of the channel, the lock, the popup and the entry in the session's storage. */
export const NAME = 'countersign'

/**
 * To be called by the page at `confirmedPath`, and by nothing else. It proves nothing: whoever hears it only sends
 * again what was refused, and the server decides anew.
 */
export function announceConfirmed(): void {
  const channel = new BroadcastChannel(NAME)
  channel.postMessage('confirmed')
  channel.close()
}
