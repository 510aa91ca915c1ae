// SHA-256 where the platform has no synchronous one.

const encoder = new TextEncoder()

export async function sha256Subtle(text: string): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text)))
  let hex = ''
  for (const byte of digest) hex += byte.toString(16).padStart(2, '0')
  return hex
}
