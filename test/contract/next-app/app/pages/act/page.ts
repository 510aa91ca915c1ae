// Forms whose hidden fields tell the actions' ids.
import { createElement, type ReactNode } from 'react'
import { send, sendAndLeave } from './actions.ts'

export const dynamic = 'force-dynamic'

export default function Page(): ReactNode {
  return [send, sendAndLeave].map((action, key) =>
    createElement('form', { key, action: action as unknown as (form: FormData) => void }),
  )
}
