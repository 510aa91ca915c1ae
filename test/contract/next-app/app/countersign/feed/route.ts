import { guard } from '../../../lib/guard.ts'

export const GET = guard.feed
