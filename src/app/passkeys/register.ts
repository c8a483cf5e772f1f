// Registration of passkeys. Between its two calls nothing is stored: the challenge itself says for
// which session and client it was made and until when, authenticated by a key of the pool, and
// counts once. What must stay true: a passkey is added by a signed-in user to the user's own, and
// none of another relying party.

import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { PoolWork } from '#app/unit-of-work.js'
import { equalBytes } from '#base/bytes.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import {
  challengeOf,
  PASSKEY_ALGORITHMS,
  type RegisteredCredential,
  verifyRegistration,
} from '#domain/credential/passkey.js'
import { isPasskeyEnough } from '#domain/pool/mfa-settings.js'
import { type Refused, refused } from '#domain/refusal.js'
import type { Pool, PrimaryPool } from '#ports/capability.js'
import type { Passkeys } from '#ports/passkeys.js'
import type { UsedSessions } from '#ports/runtime.js'
import { type OpenedPasskey, openPasskey, sealPasskey } from './seal.js'

const PASSKEYS_MAX = 20
const CHALLENGE_LIFE_MS = 5 * 60_000
const TIMEOUT_MS = 60_000
const ID_BYTES = 16
const TIME_BYTES = 8

export interface PasskeyServices {
  readonly poolKeys: PoolKeys
  readonly poolWork: PoolWork
  readonly passkeys: Passkeys
  readonly usedSessions: UsedSessions
  readonly clock: Clock
  readonly random: Random
}

/** Who registers: a signed-in user, by which session and app client. */
export interface Registrant {
  readonly sub: string
  readonly username: string
  readonly originJti: string
  readonly clientId: string
}

/** Whether a pool lets passkeys sign users in. */
export function allowsPasskeys({ settings }: Pool): boolean {
  return settings.signInPolicy.allowedFirstAuthFactors?.includes('WEB_AUTHN') === true
}

/**
 * Whether an authenticator must have verified its user: as UserVerification says, and always where
 * a passkey is as good as two factors, which it is by that alone.
 */
export function requiresUserVerification({ settings }: Pool): boolean {
  return (
    settings.webAuthnConfiguration?.userVerification === 'required' || isPasskeyEnough(settings)
  )
}

/** StartWebAuthnRegistration: PublicKeyCredentialCreationOptionsJSON. */
export async function startRegistration(
  services: PasskeyServices,
  pool: PrimaryPool,
  registrant: Registrant,
  relyingPartyId: string,
) {
  const cipher = await services.poolKeys.cipher(pool)
  const { clock, random } = services
  const id = Buffer.from(random.uuid().replaceAll('-', ''), 'hex')
  const time = Buffer.alloc(TIME_BYTES)
  time.writeDoubleBE(clock.nowMs() + CHALLENGE_LIFE_MS)
  const head = Buffer.concat([id, time])
  const challenge = Buffer.concat([head, macsOf(cipher, registrant, head).whole])
  const own = await services.passkeys.list(pool, registrant.sub)
  return {
    rp: { id: relyingPartyId, name: relyingPartyId },
    user: {
      id: Buffer.from(registrant.sub, 'utf8').toString('base64url'),
      name: registrant.username,
      displayName: registrant.username,
    },
    challenge: challenge.toString('base64url'),
    pubKeyCredParams: PASSKEY_ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: TIMEOUT_MS,
    excludeCredentials: own
      .map((stored) => openPasskey(cipher, stored))
      .filter((passkey) => passkey.relyingPartyId === relyingPartyId)
      .map(({ credentialId, transports }) => ({
        type: 'public-key',
        id: credentialId,
        transports: [...transports],
      })),
    authenticatorSelection: {
      requireResidentKey: true,
      residentKey: 'required',
      userVerification: requiresUserVerification(pool) ? 'required' : 'preferred',
    },
  }
}

/** CompleteWebAuthnRegistration: the passkey is the user's. */
export async function completeRegistration(
  services: PasskeyServices,
  pool: PrimaryPool,
  registrant: Registrant,
  request: { readonly credential: unknown; readonly relyingPartyId: string },
): Promise<{ readonly kind: 'done' } | Refused> {
  const { poolKeys, usedSessions, clock } = services
  const { credential, relyingPartyId } = request
  const cipher = await poolKeys.cipher(pool)
  const challenge = challengeOf(credential)
  const opened = openChallenge(cipher, registrant, challenge, clock.nowMs())
  if (opened.kind === 'refused') return opened
  const outcome = await verifyRegistration(credential, {
    challenge: challenge ?? '',
    relyingPartyId,
    isUserVerificationRequired: requiresUserVerification(pool),
  })
  if (outcome.kind !== 'registered') return refused(`passkey-${outcome.kind}`)
  const taken = await usedSessions.take(pool, opened, 1)
  if (taken === 'again') return refused('passkey-challenge')
  return addPasskey(services, pool, { cipher, registrant, relyingPartyId, registered: outcome })
}

/** Three parts, which tell another user from another client and that from another session. */
function macsOf(cipher: PoolCipher, { sub, originJti, clientId }: Registrant, head: Uint8Array) {
  const text = Buffer.from(head).toString('hex')
  const user = cipher.hash('passkey-user', `${sub}\0${text}`)
  const client = cipher.hash('passkey-client', `${sub}\0${clientId}\0${text}`)
  const session = cipher.hash('passkey-session', `${sub}\0${originJti}\0${text}`)
  return { parts: { user, client, session }, whole: Buffer.concat([user, client, session]) }
}

function openChallenge(
  cipher: PoolCipher,
  registrant: Registrant,
  text: string | undefined,
  nowMs: number,
): { readonly kind: 'challenge'; readonly id: string; readonly expiresAtMs: number } | Refused {
  const bytes = Buffer.from(text ?? '', 'base64url')
  const head = bytes.subarray(0, ID_BYTES + TIME_BYTES)
  const { parts, whole } = macsOf(cipher, registrant, head)
  if (bytes.length !== head.length + whole.length) return refused('passkey-challenge')
  const { user, client, session } = parts
  const [ofUser, ofClient, ofSession] = [0, 1, 2].map((n) => {
    const start = head.length + n * user.length
    return bytes.subarray(start, start + user.length)
  }) as [Buffer, Buffer, Buffer]
  if (!equalBytes(ofUser, user)) return refused('passkey-challenge')
  // Cognito: API reference, CompleteWebAuthnRegistration, 2026: a token of another client than the
  // one that began has an error of its own.
  if (!equalBytes(ofClient, client)) return refused('passkey-client')
  if (!equalBytes(ofSession, session)) return refused('passkey-challenge')
  const expiresAtMs = head.readDoubleBE(ID_BYTES)
  if (expiresAtMs <= nowMs) return refused('passkey-challenge')
  const hex = head.toString('hex', 0, ID_BYTES)
  const id = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return { kind: 'challenge', id, expiresAtMs }
}

/** The lock on the user's row makes the count true. */
function addPasskey(
  { poolWork, clock }: PasskeyServices,
  pool: PrimaryPool,
  add: {
    readonly cipher: PoolCipher
    readonly registrant: Registrant
    readonly relyingPartyId: string
    readonly registered: RegisteredCredential
  },
): Promise<{ readonly kind: 'done' } | Refused> {
  const { cipher, registrant, relyingPartyId, registered } = add
  const { kind: _, signCount, ...credential } = registered
  const nowMs = clock.nowMs()
  const isPlatform = credential.attachment === 'platform'
  const friendlyName = isPlatform ? 'Passkey of this device' : 'Security key'
  const passkey: OpenedPasskey = { ...credential, relyingPartyId, friendlyName }
  const stored = sealPasskey(cipher, registrant.sub, passkey, nowMs)
  const { sub } = registrant
  return poolWork.run(pool, async ({ users, passkeys, passkeyUses }) => {
    let count = 0
    const locked = await users.change(pool, sub, {
      nowMs,
      decide: (_user, _credential, { passkeyCount = 0 }) => {
        count = passkeyCount
        return undefined
      },
    })
    if (locked.kind === 'refused') return locked
    if (count >= PASSKEYS_MAX) return refused('too-many-passkeys')
    if ((await passkeys.insert(pool, stored)) === 'exists') {
      return refused('passkey-not-supported')
    }
    await passkeyUses.use(pool, { ...stored, signCount, atMs: nowMs })
    await users.change(pool, sub, {
      nowMs,
      decide: (_user, _credential, factors) => ({
        factors: { ...factors, passkeyCount: count + 1 },
      }),
    })
    return { kind: 'done' as const }
  })
}
