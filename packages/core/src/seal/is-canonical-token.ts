// A compact JOSE token has one spelling only (T45): the spare bits of base64url's last character must be zero.

const ALPHABET = /^[A-Za-z0-9_-]*$/
const LAST_OF_TWO = /[AQgw]$/
const LAST_OF_THREE = /[AEIMQUYcgkosw048]$/

export function isCanonicalToken(token: string, segments: 3 | 5): boolean {
  const parts = token.split('.', segments + 1)
  return parts.length === segments && parts.every(isCanonicalBase64Url)
}

function isCanonicalBase64Url(text: string): boolean {
  if (!ALPHABET.test(text)) return false
  switch (text.length % 4) {
    case 1:
      return false
    case 2:
      return LAST_OF_TWO.test(text)
    case 3:
      return LAST_OF_THREE.test(text)
    default:
      return true
  }
}
