// WEB_AUTHN: a passkey as the first factor of a choice-based sign-in (USER_AUTH). It works on a
// secondary, where each Region remembers how far the counters of passkeys have come. Some names
// without a user have a made-up passkey (Web Authentication, section 14.6.2), which no signature
// proves.
// Cognito: developer guide, "Passkey sign-in", 2026.

import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import { requiresUserVerification } from '#app/passkeys/register.js'
import { credentialHash, openPasskey } from '#app/passkeys/seal.js'
import { required } from '#base/assert.js'
import type { AuthFactor } from '#domain/challenge/factors.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { type PasskeyProof, verifyAssertion } from '#domain/credential/passkey.js'
import { refused } from '#domain/refusal.js'
import { normalName } from '#domain/user/aliases.js'
import type { Pool } from '#ports/capability.js'
import type { StoredPasskey } from '#ports/passkeys.js'
import {
  type AuthStep,
  type FirstChallenge,
  issueSession,
  type RespondableChallenge,
} from '../challenge.js'
import { type ProofOutcome, proveCode } from '../code-proof.js'
import type { AuthSession, WebAuthnState } from '../session.js'
import { resolveSubject } from '../subject.js'
import { waitingSession } from '../waiting-session.js'

const TIMEOUT_MS = 180_000
const CHALLENGE_BYTES = 32
/**
 * One response for each session: the signature of an authenticator without a counter would else be
 * good again.
 */
const ATTEMPTS_MAX = 1

export const webAuthn: FirstChallenge & RespondableChallenge<WebAuthnState> = {
  name: 'WEB_AUTHN',
  parameters: ['USERNAME'],
  responses: ['USERNAME', 'CREDENTIAL'],
  needsSession: true,
  writesDirectory: false,

  async begin(step) {
    const { services, context, cipher, progress } = step
    const { claim } = required(step.known, 'claim')
    const { pool, client } = context
    const name = progress.typedName
    const nowMs = services.clock.nowMs()
    const { sub, username } = resolveSubject({ pool, cipher, name, claim, nowMs })
    const stored = await services.passkeys.list(pool, sub)
    const own = stored.map((passkey) => openPasskey(cipher, passkey))
    const configured = pool.settings.webAuthnConfiguration?.relyingPartyId
    const relyingPartyId = configured ?? own.at(-1)?.relyingPartyId
    const usable = own.filter((passkey) => passkey.relyingPartyId === relyingPartyId)
    // Passkeys of another relying party than the one of now sign nobody in.
    const isRefused = usable.length === 0 && !hidesUsers(client.settings)
    if (relyingPartyId === undefined || isRefused) return refused('incorrect-credentials')
    const offered = usable.length > 0 ? usable : [madeUpPasskey(pool, cipher, name)]
    const challenge = Buffer.from(services.random.bytes(CHALLENGE_BYTES)).toString('base64url')
    const state: WebAuthnState = { name: 'WEB_AUTHN', challenge, relyingPartyId }
    return {
      kind: 'challenge',
      name: 'WEB_AUTHN',
      session: issueSession(step, services.random.uuid(), { sub, username }, state),
      parameters: {
        CREDENTIAL_REQUEST_OPTIONS: JSON.stringify({
          challenge,
          timeout: TIMEOUT_MS,
          rpId: relyingPartyId,
          allowCredentials: offered.map(({ credentialId, transports }) => ({
            type: 'public-key',
            id: credentialId,
            transports,
          })),
          userVerification: requiresUserVerification(pool) ? 'required' : 'preferred',
        }),
        USERNAME: username,
      },
    }
  },

  openSession: (call, text) => waitingSession(call, text, 'WEB_AUTHN'),

  async respond(step, session) {
    const { services, context, parameters } = step
    const response = parsed(parameters['CREDENTIAL'])
    let proof: (PasskeyProof & { readonly stored: StoredPasskey }) | undefined
    const judge = async (): Promise<ProofOutcome> => {
      proof = await assertionProof(step, session, response)
      // Not counted as a guess: a signature cannot be guessed.
      return proof === undefined ? refused('incorrect-credentials') : { kind: 'right' }
    }
    const record = await proveCode(step, session, judge, ATTEMPTS_MAX)
    if ('kind' in record) return record
    const { stored, signCount, isUserVerified } = required(proof, 'proof')
    const factors: AuthFactor[] = [
      attachmentOf(response) === 'platform' ? 'platform-passkey' : 'roaming-passkey',
    ]
    if (isUserVerified) factors.push('user-verification')
    const { sub, credentialHash } = stored
    const use = { sub, credentialHash, signCount, atMs: services.clock.nowMs() }
    return {
      kind: 'passed',
      record,
      factors,
      // A counter that does not grow tells of a copied authenticator, or of a replayed response.
      write: async () =>
        (await services.passkeyUses.use(context.pool, use)) === 'grown'
          ? 'written'
          : refused('incorrect-credentials'),
    }
  },
}

/** The same name has the same one each time, in every Region. */
function madeUpPasskey(pool: Pool, cipher: PoolCipher, name: string) {
  const id = cipher.hash('decoy-passkey', normalName(pool.settings, name))
  const credentialId = Buffer.from(id).toString('base64url')
  return { credentialId, transports: ['hybrid', 'internal'] }
}

/** The proof of a passkey that is the user's own. */
async function assertionProof(
  { services, context: { pool }, cipher }: AuthStep,
  { sub, challenge: { challenge, relyingPartyId } }: AuthSession<WebAuthnState>,
  response: unknown,
): Promise<(PasskeyProof & { readonly stored: StoredPasskey }) | undefined> {
  const id = (response as { readonly id?: unknown } | undefined)?.id
  if (typeof id !== 'string') return undefined
  const stored = await services.passkeys.find(pool, credentialHash(cipher, id))
  if (stored?.sub !== sub) return undefined
  const { credentialId, publicKey } = openPasskey(cipher, stored)
  const proof = await verifyAssertion(response, {
    challenge,
    relyingPartyId,
    isUserVerificationRequired: requiresUserVerification(pool),
    credentialId,
    publicKey,
  })
  return proof && { ...proof, stored }
}

function parsed(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '')
  } catch {
    return undefined
  }
}

function attachmentOf(response: unknown): unknown {
  return (response as { readonly authenticatorAttachment?: unknown }).authenticatorAttachment
}
