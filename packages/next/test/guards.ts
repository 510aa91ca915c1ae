// A guard in memory, and somebody who is signed in as a cookie says.
import { createGuard, type Guard, memoryBackend, type NextGuardOptions } from '@countersign/next'

const POLICY = {
  countersign: 1,
  name: 'next',
  assurance: {
    levels: [
      { acr: 'aal1', amr: [['pwd']] },
      { acr: 'aal2', amr: [['pwd', 'otp']] },
    ],
  },
  actions: {
    'account.view': {},
    'strict.view': {},
    'transfer.create': { resource: { amount: { type: 'integer', minimum: 1 } } },
  },
  routes: [
    { method: ['GET'], path: '/account/**', action: 'account.view' },
    { method: ['POST'], path: '/transfer', action: 'transfer.create' },
    { method: ['GET'], path: '/strict', action: 'strict.view' },
    { path: '/everything', action: 'account.view' },
  ],
  threatModels: {
    calm: { bias: -3, signals: { 'new-device': 1 }, levels: { MEDIUM: 0.35, HIGH: 0.7 } },
  },
  segments: { everyone: { threatModel: 'calm' } },
  optOuts: {
    'remembered-device': {
      kind: 'trusted-device',
      overall: '30d',
      idle: '7d',
      riskBelow: 'HIGH',
    },
    'small-payment': {
      kind: 'allowance',
      of: 'resource.amount',
      each: 30,
      total: 60,
      count: 2,
      riskBelow: 'HIGH',
    },
  },
  rules: [
    { id: 'account', actions: ['account.view'], require: { acr: 'aal1', maxAge: '12h' } },
    {
      id: 'money',
      actions: ['transfer.create'],
      require: { acr: 'aal2', maxAge: '15m' },
      optOuts: ['remembered-device', 'small-payment'],
    },
    { id: 'strict', actions: ['strict.view'], require: { acr: 'aal2', maxAge: '15m' } },
  ],
}

/** Closed by the caller. */
export function testGuard(options: Partial<NextGuardOptions> = {}): Guard {
  return createGuard({
    identity: ({ cookies }) => {
      const subject = cookies.get('user')?.value
      if (subject === undefined) return undefined
      return { subject, session: `of ${subject}`, authTime: Date.now(), amr: ['pwd'] }
    },
    policy: POLICY,
    secret: 'a secret of thirty-two characters',
    challengePath: '/step-up',
    publicOrigin: ORIGIN,
    backend: memoryBackend(),
    ...options,
  })
}

export const ORIGIN = 'http://shop.example'
export const NAVIGATION = { 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' } as const
export const OWN_PAGE = { 'sec-fetch-site': 'same-origin' } as const

export interface Sent {
  readonly method?: string
  readonly user?: string
  /** What earlier responses set. */
  readonly cookies?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string>>
}

export function request(path: string, sent: Sent = {}): Request {
  const { user, cookies = [], headers, form } = sent
  const cookie = [...(user === undefined ? [] : [`user=${user}`]), ...cookies].join('; ')
  return new Request(`${ORIGIN}${path}`, {
    method: sent.method ?? (form === undefined ? 'GET' : 'POST'),
    headers: { ...(cookie === '' ? {} : { cookie }), ...headers },
    ...(form === undefined ? {} : { body: new URLSearchParams(form) }),
  })
}

/** The `name=value` of what a response sets. */
export function cookiesOf(response: Response): string[] {
  return response.headers.getSetCookie().map((line) => line.split(';')[0] ?? '')
}
