// Identifiers that cannot be guessed, and digests that stand in for secrets.
import { encode } from 'jose/base64url'

const encoder = new TextEncoder()

/**
 * 128 random bits, base64url (22 characters), less those texts that begin with a hyphen: operators write ids on a command
 * line, where it would begin an option.
 */
export function randomId(): string {
  for (;;) {
    const id = encode(crypto.getRandomValues(new Uint8Array(16)))
    if (!id.startsWith('-')) return id
  }
}

/** SHA-256 of a text, base64url: what a record or the store keeps in place of a secret. */
export async function digestOf(text: string): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', encoder.encode(text))))
}
