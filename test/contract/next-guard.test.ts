// The guard contract on Next 16: route handlers alone, behind proxy.ts, and behind middleware.ts on the edge; then what
// is Next's own.
import { guardContract } from '@countersign/testing'
import { buildNextApp } from './build-next-app.ts'
import { nextActions } from './next-actions.ts'
import { nextBoundary } from './next-boundary.ts'
import { nextFeed } from './next-feed.ts'
import { nextPages } from './next-pages.ts'
import { startNext } from './start-next.ts'

const WITHOUT = {
  raw: 'a handler of Next has no response to write on: it returns one',
  throwing: 'Next answers what a handler threw, and nobody has a say in the headers of that',
} as const

const app = await buildNextApp('proxy.ts')
guardContract('Next 16, handlers', startNext(app, { proxy: false }), { without: WITHOUT })
guardContract('Next 16, proxy.ts', startNext(app, { proxy: true }), { without: WITHOUT })
nextPages(app)
nextActions(app)
nextBoundary('handlers alone', app, { proxy: false, early: false })
nextBoundary('proxy.ts', app, { proxy: true, early: true })

// all of it: whoever is signed in is forwarded, and nobody is refused as the handlers would
const edgeApp = await buildNextApp('middleware.ts')
guardContract('Next 16, middleware.ts on the edge', startNext(edgeApp, { proxy: false }), {
  without: WITHOUT,
})
nextBoundary('middleware.ts on the edge', edgeApp, { proxy: false, early: true })
guardContract(
  'Next 16, middleware.ts that follows the feed of its own app',
  startNext(edgeApp, { proxy: false, feed: 'own' }),
  { without: WITHOUT },
)
nextFeed(edgeApp)
