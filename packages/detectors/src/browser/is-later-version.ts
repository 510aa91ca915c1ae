// Versions rise: browsers update themselves, and are not others for it.

/** Part by part, as numbers; what is none is not later. */
export function isLaterVersion(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split('.').map(Number)) as [number[], number[]]
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference > 0
  }
  return false
}

/** Of names that end in their version, `Chrome 121.0`: the same one, or a later version of it. */
export function isSameOrUpdate(now: string, before: string): boolean {
  if (now === before) return true
  const [a, b] = [now, before].map((text) => text.lastIndexOf(' ')) as [number, number]
  if (a <= 0 || now.slice(0, a) !== before.slice(0, b)) return false
  return isLaterVersion(now.slice(a + 1), before.slice(b + 1))
}
