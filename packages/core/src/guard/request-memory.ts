// What has been decided for one native request: guards inside guards share it (law 13), and two requests never do (T23).
import type { OpenedTicket } from '../challenge/open-ticket.ts'
import type { Decision } from '../decide/decision.ts'
import type { Checked } from './create-guard-core.ts'

export interface RequestMemory {
  readonly decided: {
    readonly action: string
    readonly resource: () => unknown
    readonly checked: Promise<Checked>
  }[]
  last: Decision | undefined
  opened: OpenedTicket | undefined
}

// keyed by the request object itself: nothing that a client or another middleware sets can stand in for it (T14)
const memories = new WeakMap<object, RequestMemory>()

export function memoryOf(slot: object): RequestMemory {
  let memory = memories.get(slot)
  if (memory === undefined) {
    memory = { decided: [], last: undefined, opened: undefined }
    memories.set(slot, memory)
  }
  return memory
}
