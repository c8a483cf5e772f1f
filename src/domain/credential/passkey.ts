// What authenticators say, verified (Web Authentication, sections 7.1 and 7.2), by a library. What
// it throws becomes a word for what is wrong, since the API has an error for each.

import {
  type AuthenticationResponseJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { isOriginOf } from './relying-party.js'

/** ES256 and RS256 (COSE algorithm identifiers). */
export const PASSKEY_ALGORITHMS = [-7, -257]

/** What a response is to be for. */
export interface PasskeyExpectation {
  /** base64url. */
  readonly challenge: string
  readonly relyingPartyId: string
  readonly isUserVerificationRequired: boolean
}

/** A new credential. */
export interface RegisteredCredential {
  readonly kind: 'registered'
  readonly credentialId: string
  /** COSE_Key, base64url. */
  readonly publicKey: string
  readonly signCount: number
  readonly transports: readonly string[]
  readonly attachment: string | undefined
}

/** What is wrong with a response to a registration. */
export type RegistrationProblem = {
  readonly kind: 'origin' | 'relying-party' | 'not-supported' | 'malformed'
}

/** The challenge that a response is to, base64url; undefined where the response is none. */
export function challengeOf(response: unknown): string | undefined {
  return clientDataOf(response)?.challenge
}

interface ClientData {
  readonly challenge: string
  readonly origin: string
}

function clientDataOf(response: unknown): ClientData | undefined {
  const inner = (response as { response?: { clientDataJSON?: unknown } } | null)?.response
  if (typeof inner?.clientDataJSON !== 'string') return undefined
  try {
    const text = Buffer.from(inner.clientDataJSON, 'base64url').toString('utf8')
    const { challenge, origin } = JSON.parse(text) as Partial<ClientData>
    if (typeof challenge !== 'string' || typeof origin !== 'string') return undefined
    return { challenge, origin }
  } catch {
    return undefined
  }
}

/** Verifies what an authenticator says of a new credential. */
export async function verifyRegistration(
  response: unknown,
  expected: PasskeyExpectation,
): Promise<RegisteredCredential | RegistrationProblem> {
  const { challenge, relyingPartyId, isUserVerificationRequired } = expected
  const client = clientDataOf(response)
  if (client === undefined) return { kind: 'malformed' }
  if (!isOriginOf(client.origin, relyingPartyId)) return { kind: 'origin' }
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: response as RegistrationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: client.origin,
      expectedRPID: relyingPartyId,
      requireUserVerification: isUserVerificationRequired,
      supportedAlgorithmIDs: PASSKEY_ALGORITHMS,
    })
    if (!verified || registrationInfo === undefined) return { kind: 'not-supported' }
    const { credential } = registrationInfo
    const { authenticatorAttachment } = response as RegistrationResponseJSON
    return {
      kind: 'registered',
      credentialId: credential.id,
      publicKey: Buffer.from(credential.publicKey).toString('base64url'),
      signCount: credential.counter,
      transports: textsOf(credential.transports),
      attachment: authenticatorAttachment,
    }
  } catch (error) {
    const isOtherParty = (error as Error).name === 'UnexpectedRPIDHash'
    return { kind: isOtherParty ? 'relying-party' : 'not-supported' }
  }
}

/** A passkey that has signed. */
export interface PasskeyProof {
  readonly signCount: number
  readonly isUserVerified: boolean
}

/** Verifies that a credential has signed the challenge; undefined for anything else. */
export async function verifyAssertion(
  response: unknown,
  expected: PasskeyExpectation & {
    readonly credentialId: string
    /** COSE_Key, base64url. */
    readonly publicKey: string
  },
): Promise<PasskeyProof | undefined> {
  const { challenge, relyingPartyId, isUserVerificationRequired } = expected
  const client = clientDataOf(response)
  if (client === undefined || !isOriginOf(client.origin, relyingPartyId)) return undefined
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: response as AuthenticationResponseJSON,
      expectedChallenge: challenge,
      expectedOrigin: client.origin,
      expectedRPID: relyingPartyId,
      requireUserVerification: isUserVerificationRequired,
      credential: {
        id: expected.credentialId,
        publicKey: new Uint8Array(Buffer.from(expected.publicKey, 'base64url')),
        // The counter is compared where it is written, with those of all Regions.
        counter: 0,
      },
    })
    if (!verified) return undefined
    const { newCounter: signCount, userVerified: isUserVerified } = authenticationInfo
    return { signCount, isUserVerified }
  } catch {
    return undefined
  }
}

function textsOf(values: unknown): readonly string[] {
  return Array.isArray(values)
    ? values.filter((value) => typeof value === 'string').slice(0, 10)
    : []
}
