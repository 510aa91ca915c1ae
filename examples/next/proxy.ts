// Ahead of everything: refuses by the policy's routes what no opt-out could rescue. The handlers guard themselves.
import { guard } from './lib/guard.ts'

export const proxy = guard.proxy()
