// A request as detectors see it, and signals that they send.
import {
  type Detector,
  type DetectorScene,
  memoryStore,
  type Observation,
  type Store,
} from '@countersign/core'
import type { Geography, Network } from '../../src/index.ts'

export const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36'
export const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0'
export const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.2 Mobile/15E148 Safari/604.1'

export const HOUR = 3_600_000
export const DAY: number = 24 * HOUR
/** A Tuesday, 10:00 UTC. */
export const NOON: number = Date.UTC(2026, 10, 24, 10)

export interface SceneParts extends Partial<Omit<DetectorScene, 'address'>> {
  readonly from?: string | undefined
  readonly userAgent?: string | undefined
  readonly store?: Store
}

const shared = memoryStore()

export function sceneOf({
  from = '198.51.100.7',
  userAgent = CHROME,
  ...parts
}: SceneParts = {}): DetectorScene {
  const session = parts.session ?? 's1'
  return {
    at: NOON,
    action: 'transfer.create',
    resource: {},
    subject: 'alice',
    session,
    login: `session:${session}`,
    authTime: undefined,
    factors: [{ amr: ['pwd'], from: 'identity' }],
    address: from === '' ? { is: 'unknown', why: 'address_unknown' } : { is: 'known', value: from },
    device: 'none',
    deviceId: undefined,
    credentialsChangedAt: undefined,
    store: shared,
    header: (name) => (name === 'user-agent' && userAgent !== '' ? userAgent : undefined),
    ...parts,
  }
}

/** As the guard shows it: what throws is unknown. */
export async function answerOf(detector: Detector, scene: DetectorScene): Promise<Observation> {
  try {
    return await detector.judge(scene)
  } catch {
    return { is: 'unknown' }
  }
}

/** The word, and the share where it is not all. */
export async function wordOf(detector: Detector, scene: DetectorScene): Promise<string> {
  const answer = await answerOf(detector, scene)
  return answer.is === 'present' && answer.share !== undefined
    ? `present ${Math.round(answer.share * 100) / 100}`
    : answer.is
}

export function geographyOf(networks: Readonly<Record<string, Network>>): Geography {
  return { lookUp: (address) => networks[address] }
}

export const failingGeography: Geography = {
  lookUp: () => {
    throw new Error('the database is broken')
  },
}

/** A store of which each call fails. */
export function failingStore(): Store {
  const fail = () => Promise.reject(new Error('the store is away'))
  return {
    read: fail,
    write: fail,
    addIfBelow: fail,
    // biome-ignore lint/correctness/useYield: it fails before there is anything
    async *list() {
      throw new Error('the store is away')
    },
    close: async () => undefined,
  }
}

/** What a login that was let through is followed by: the detector hears of it, and what it does beside the path is over. */
export async function pass(
  detector: Detector,
  scene: DetectorScene,
  outcome: 'pass' | 'opt-out' | 'challenge' | 'deny' = 'pass',
): Promise<void> {
  await detector.observe?.(scene, () => undefined, outcome)
}

export async function complete(detector: Detector, scene: DetectorScene): Promise<void> {
  await detector.challenged?.(scene, () => undefined, 'completed')
}
