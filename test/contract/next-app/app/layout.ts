import { createElement, type ReactNode } from 'react'

export default function Layout({ children }: { children: ReactNode }): ReactNode {
  return createElement('html', null, createElement('body', null, children))
}
