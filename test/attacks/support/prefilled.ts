// What something else may have left on a request: never an identity (T14).
const STRONG = {
  subject: 'prefilled',
  sub: 'prefilled',
  session: 's',
  authTime: Date.now(),
  acr: 'aal3',
}

export const PREFILLED = {
  user: { ...STRONG, id: 'prefilled', amr: ['hwk', 'user', 'pop'] },
  auth: { ...STRONG, payload: STRONG, userId: 'prefilled' },
  decision: { proceed: true, outcome: 'pass', subject: 'prefilled' },
} as const
