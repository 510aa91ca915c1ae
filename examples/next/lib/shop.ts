// The shop, opened at the first request: `next build` evaluates this module too, and has no data.
import { openShop, type Shop } from '@countersign/example-shop'

export function shop(): Shop {
  return openShop()
}
