// Runs something again whenever a file in one of several folders changes.
import { watch } from 'node:fs'

/** An editor writes a file in several steps: they are one change. */
const QUIET_MS = 100

/** @param run answers which folders it depends on */
export async function watchFolders(
  run: () => Promise<readonly string[]>,
  stop: AbortSignal,
): Promise<void> {
  let folders = await run()
  let changed = nextChange(folders, stop)
  for (;;) {
    await changed
    if (stop.aborted) return
    // watched from before the run on, so that what is written meanwhile is not missed
    changed = nextChange(folders, stop)
    const now = await run()
    const added = now.filter((folder) => !folders.includes(folder))
    if (added.length > 0) changed = Promise.race([changed, nextChange(added, stop)])
    folders = now
  }
}

function nextChange(folders: readonly string[], stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let quiet: NodeJS.Timeout | undefined
    const watchers = folders.map((folder) =>
      watch(folder, () => {
        clearTimeout(quiet)
        quiet = setTimeout(end, QUIET_MS)
      }).on('error', end),
    )
    function end() {
      clearTimeout(quiet)
      for (const watcher of watchers) watcher.close()
      stop.removeEventListener('abort', end)
      resolve()
    }
    stop.addEventListener('abort', end)
    if (stop.aborted) end()
  })
}
