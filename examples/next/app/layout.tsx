import { STYLESHEET, toMarkup } from '@countersign/example-shop'
import type { Metadata } from 'next'
import type { ReactNode } from 'react'

export const metadata: Metadata = { title: 'Summary · Countersign shop' }

/** As the shop's other pages look, which are written by the route handlers. */
export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <link rel="icon" href="data:," />
        <style dangerouslySetInnerHTML={{ __html: styleText() }} />
      </head>
      <body>{children}</body>
    </html>
  )
}

function styleText(): string {
  return toMarkup(STYLESHEET)
}
