// The guard contract on Request and Response alone.
import { guardContract } from '@countersign/testing'
import { startFetch } from './start-fetch.ts'

guardContract('fetch', startFetch, {
  without: {
    raw: 'there is nothing to write on: a handler returns a Response',
    throwing: 'whoever calls the handler answers what it threw',
    prefilled: 'nothing stands before the guard that could leave something on a Request',
  },
})
