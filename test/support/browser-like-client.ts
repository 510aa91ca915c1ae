// The client of the tests that speak to a shop as a browser would.
export { type BrowserLikeClient, browserLikeClient, type SendOptions } from '@countersign/testing'
