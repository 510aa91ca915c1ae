// Two texts compared in a time that tells nothing of where they differ.

/** By their digests under a key that nobody knows: lengths do not show either. */
export async function isSameText(a: string, b: string): Promise<boolean> {
  const key = await comparisonKey()
  const [one, other] = await Promise.all([a, b].map((text) => macOf(key, text)))
  let differs = 0
  for (let i = 0; i < 32; i++) differs |= (one?.[i] ?? 0) ^ (other?.[i] ?? 1)
  return differs === 0
}

let made: Promise<CryptoKey> | undefined

function comparisonKey(): Promise<CryptoKey> {
  made ??= crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return made
}

async function macOf(key: CryptoKey, text: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(text)))
}
