// Where guarded pages send people whose browser has to be checked first, or who have to prove more.
import { guard } from '../../lib/guard.ts'

export const { GET } = guard.handlers
