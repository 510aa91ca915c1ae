// user-agent-change: within one login the browser became another one. A cookie that was stolen is used elsewhere.
import type { Detector, Json, Observation } from '@countersign/core'
import { isLaterVersion } from './browser/is-later-version.ts'
import { readBrowser } from './browser/read-browser.ts'
import { createLoginOrigins } from './login/login-origins.ts'

type Origin = {
  readonly [part in 'userAgent' | 'name' | 'version' | 'os' | 'osVersion' | 'deviceType']: string
}

const ABSENT: Observation = { is: 'absent' }

/** An update of the same browser is none: its version rises, all else stays. */
export function userAgentChange(): Detector {
  const origins = createLoginOrigins<Origin>('user-agent-change')
  return {
    code: 'user-agent-change',
    onceALogin: false,
    judge(scene) {
      const now: Origin = { ...readBrowser(scene.header('user-agent')) }
      return (
        origins.compare(
          scene,
          now,
          (origin) => compareBrowsers(origin, now),
          ({ is }) => is === 'present',
        ) ?? { is: 'unknown' }
      )
    },
    // the person is at this browser: they proved it
    async challenged(scene, _, result) {
      if (result === 'completed')
        await origins.begin(scene, { ...readBrowser(scene.header('user-agent')) })
    },
  }
}

function compareBrowsers(origin: Origin, now: Origin): Observation {
  if (origin.userAgent === now.userAgent) return ABSENT
  const changed = (['name', 'os', 'osVersion', 'deviceType'] as const).filter(
    (part) => origin[part] !== now[part],
  )
  // what cannot be read must not pass for an update
  const updated =
    changed.length === 0 && now.name !== '-' && isLaterVersion(now.version, origin.version)
  if (updated) return ABSENT
  const details: Json = { changed: changed.length === 0 ? ['version'] : changed }
  return { is: 'present', details }
}
