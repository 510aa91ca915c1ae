// Where the feed is: over TLS, for what it tells is about people; on one machine without.
import { ConfigurationError, describeValue } from '../configuration-error.ts'

const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/

/** @throws ConfigurationError `feed_url_malformed` */
export function readFeedUrl(url: unknown): URL {
  const read = typeof url === 'string' && URL.canParse(url) ? new URL(url) : undefined
  const safe =
    read?.protocol === 'https:' || (read?.protocol === 'http:' && LOOPBACK.test(read.hostname))
  if (
    read !== undefined &&
    safe &&
    `${read.username}${read.password}${read.search}${read.hash}` === ''
  )
    return read
  throw new ConfigurationError({
    code: 'feed_url_malformed',
    path: 'feed.url',
    problem: 'must be where a guard answers guard.feed: over https, or over http on this machine',
    got: describeValue(url),
    fix: "Write httpFeed({ url: 'https://shop.example/countersign/feed' }).",
  })
}
