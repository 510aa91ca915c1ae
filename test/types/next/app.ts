import { createGuard } from '@countersign/next'

declare function auth(): Promise<{ user: { id: string; authTime: number } } | null>
const guard = createGuard({
  secret: process.env['COUNTERSIGN_SECRET'],
  identity: async () => {
    const s = await auth()
    return s ? { subject: s.user.id, authTime: s.user.authTime } : undefined
  },
  challengePath: '/step-up',
})
export const POST = guard.route(
  'transfer.create',
  async (req, { decision }) => Response.json({ outcome: decision.outcome, body: await req.json() }),
  { resource: (req) => req.clone().json() },
)
export const transfer = guard.action(
  'transfer.create',
  async (form: FormData) => `sent ${form.get('amount')}`,
  { resource: (form) => ({ amount: form.get('amount') }) },
)
export const proxy = guard.proxy()
export async function client(f: FormData): Promise<void> {
  const r = await transfer(f)
  if (typeof r === 'object' && r.refused.outcome === 'challenge' && r.refused.need === 'step-up')
    location.assign(r.refused.challengeUrl ?? '/step-up')
}
