// An authenticator in software, for what no browser lets happen: a passkey that signs whatever a test wants signed.
import {
  createHash,
  createSign,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

/** What the authenticator says of itself, and of whom it asked; each may be a lie. */
export interface Signing {
  readonly origin: string
  /** @default the host of `origin` */
  readonly rpId?: string
  /** User verified. @default true */
  readonly verified?: boolean
  /** @default one more than before */
  readonly counter?: number
  /** @default the challenge of the options */
  readonly challenge?: string
  /** @default the handle that it was made for; undefined leaves it out */
  readonly userHandle?: string | undefined
}

export interface SoftwareAuthenticator {
  readonly id: string
  /** As `navigator.credentials.create`, in JSON. */
  create(options: CreationOptions, signing: Signing): string
  /** As `navigator.credentials.get`, in JSON. */
  get(options: { readonly challenge: string }, signing: Signing): string
}

export interface CreationOptions {
  readonly challenge: string
  readonly user: { readonly id: string }
}

/** @param synced says of itself that it is backed up, as those of phones are; such ones do not count. */
export function softwareAuthenticator({ synced = false } = {}): SoftwareAuthenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(16)
  let handle: string | undefined
  let counter = 0

  function authenticatorData(signing: Signing, attested: boolean): Buffer {
    const { rpId = new URL(signing.origin).hostname, verified = true } = signing
    if (!synced) counter = signing.counter ?? counter + 1
    const flags = 0x01 | (verified ? 0x04 : 0) | (synced ? 0x18 : 0) | (attested ? 0x40 : 0)
    const head = Buffer.alloc(5)
    head.writeUInt8(flags, 0)
    head.writeUInt32BE(counter, 1)
    return Buffer.concat([sha256(rpId), head])
  }

  return {
    id: id.toString('base64url'),
    create({ challenge, user }, signing) {
      handle = user.id
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const data = [authenticatorData(signing, true), Buffer.alloc(16), length, id, cose(publicKey)]
      return toJson(id, {
        clientDataJSON: clientData('webauthn.create', signing.challenge ?? challenge, signing),
        attestationObject: attestation(Buffer.concat(data)).toString('base64url'),
        transports: ['internal'],
      })
    },
    get({ challenge }, signing) {
      const data = authenticatorData(signing, false)
      const client = clientData('webauthn.get', signing.challenge ?? challenge, signing)
      const signed = Buffer.concat([data, sha256(Buffer.from(client, 'base64url'))])
      const userHandle = 'userHandle' in signing ? signing.userHandle : handle
      return toJson(id, {
        clientDataJSON: client,
        authenticatorData: data.toString('base64url'),
        signature: createSign('sha256').update(signed).sign(privateKey).toString('base64url'),
        ...(userHandle === undefined ? {} : { userHandle }),
      })
    },
  }
}

function clientData(type: string, challenge: string, { origin }: Signing): string {
  const data = { type, challenge, origin, crossOrigin: false }
  return Buffer.from(JSON.stringify(data)).toString('base64url')
}

function toJson(id: Buffer, response: object): string {
  const text = id.toString('base64url')
  return JSON.stringify({
    id: text,
    rawId: text,
    type: 'public-key',
    clientExtensionResults: {},
    response,
  })
}

/** `{ fmt: "none", attStmt: {}, authData }` in CBOR. */
function attestation(authData: Buffer): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(authData.length)
  return Buffer.concat([
    Buffer.from([0xa3, 0x63]),
    Buffer.from('fmt'),
    Buffer.from([0x64]),
    Buffer.from('none'),
    Buffer.from([0x67]),
    Buffer.from('attStmt'),
    Buffer.from([0xa0, 0x68]),
    Buffer.from('authData'),
    Buffer.from([0x59]),
    length,
    authData,
  ])
}

/** An ES256 key in COSE: `{ 1: 2, 3: -7, -1: 1, -2: x, -3: y }`. */
function cose(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return Buffer.concat([
    Buffer.from([0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20]),
    Buffer.from(x, 'base64url'),
    Buffer.from([0x22, 0x58, 0x20]),
    Buffer.from(y, 'base64url'),
  ])
}

function sha256(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}
