// WEB_AUTHN: a passkey as the first factor of a choice-based sign-in (USER_AUTH). It works on a
// secondary, where each Region remembers how far the counters of passkeys have come. A name without
// a user never gets here, since only who has a passkey is offered one.
// Cognito: developer guide, "Passkey sign-in", 2026.

import { requiresUserVerification } from '#app/passkeys/register.js'
import { credentialHash, openPasskey } from '#app/passkeys/seal.js'
import { required } from '#base/assert.js'
import type { AuthFactor } from '#domain/challenge/factors.js'
import { type PasskeyProof, verifyAssertion } from '#domain/credential/passkey.js'
import { refused } from '#domain/refusal.js'
import type { StoredPasskey } from '#ports/passkeys.js'
import {
  type AuthStep,
  type FirstChallenge,
  issueSession,
  type RespondableChallenge,
} from '../challenge.js'
import { type ProofOutcome, proveCode } from '../code-proof.js'
import type { AuthSession, WebAuthnState } from '../session.js'
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
    const { services, context, cipher } = step
    const { record } = required(step.known, 'claim').claim
    const { pool } = context
    const stored = record === undefined ? [] : await services.passkeys.list(pool, record.user.sub)
    const own = stored.map((passkey) => openPasskey(cipher, passkey))
    const configured = pool.settings.webAuthnConfiguration?.relyingPartyId
    const relyingPartyId = configured ?? own.at(-1)?.relyingPartyId
    const usable = own.filter((passkey) => passkey.relyingPartyId === relyingPartyId)
    // Passkeys of another relying party than the one of now sign nobody in.
    if (record === undefined || relyingPartyId === undefined || usable.length === 0) {
      return refused('incorrect-credentials')
    }
    const { user } = record
    const challenge = Buffer.from(services.random.bytes(CHALLENGE_BYTES)).toString('base64url')
    const state: WebAuthnState = { name: 'WEB_AUTHN', challenge, relyingPartyId }
    return {
      kind: 'challenge',
      name: 'WEB_AUTHN',
      session: issueSession(step, services.random.uuid(), user, state),
      parameters: {
        CREDENTIAL_REQUEST_OPTIONS: JSON.stringify({
          challenge,
          timeout: TIMEOUT_MS,
          rpId: relyingPartyId,
          allowCredentials: usable.map(({ credentialId, transports }) => ({
            type: 'public-key',
            id: credentialId,
            transports,
          })),
          userVerification: requiresUserVerification(pool) ? 'required' : 'preferred',
        }),
        USERNAME: user.username,
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
