// The one sign-in engine, for the API, the admin API and the login pages. `start` begins a flow,
// `respond` answers a challenge; both end in tokens, the next challenge or a refusal.
//
//   USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH --password--+
//   USER_SRP_AUTH --A--> PASSWORD_VERIFIER --claim-----------+--> tokens
//                                                            +--> NEW_PASSWORD_REQUIRED --> tokens
//   REFRESH_TOKEN_AUTH ------------------------------------------> tokens

import type { PasswordTurns } from '#app/accounts/password-turns.js'
import type { OpenedAuthRecord, UserRecords } from '#app/accounts/user-records.js'
import { secretHashRefusal } from '#app/clients/secrets.js'
import type { PoolCipher } from '#app/crypto/pool-cipher.js'
import type { PoolKeys } from '#app/crypto/pool-keys.js'
import type { Tokens } from '#app/sessions/tokens.js'
import type { PoolWork } from '#app/unit-of-work.js'
import { equalText } from '#base/bytes.js'
import type { Clock } from '#base/clock.js'
import type { Random } from '#base/random.js'
import { isFlowAllowed, isFlowOfOtherSide } from '#domain/client/auth-flows.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import {
  finishSrp,
  isValidPublicA,
  srpClaimSignature,
  startSrp,
  verifyPassword,
} from '#domain/credential/srp.js'
import { parseSrpTimestamp } from '#domain/credential/srp-timestamp.js'
import { poolNameOf } from '#domain/pool/id.js'
import { refused } from '#domain/refusal.js'
import { asPrimary } from '#ports/capability.js'
import type { Client } from '#ports/directory.js'
import type { FailedAttempts } from '#ports/runtime.js'
import { completeNewPassword, newPasswordParameters } from './new-password.js'
import type { SignInOutcome } from './outcome.js'
import type { SignInParty } from './party.js'
import { claimantOf } from './password.js'
import { proveUser } from './proof.js'
import { refresh } from './refresh.js'
import { type ChallengeSession, openSession, type SrpSession, sealSession } from './session.js'

export interface SignInOptions {
  readonly users: UserRecords
  readonly poolKeys: PoolKeys
  readonly tokens: Tokens
  readonly failedAttempts: FailedAttempts
  readonly poolWork: PoolWork
  readonly passwordTurns: PasswordTurns
  readonly clock: Clock
  readonly random: Random
}

type Parameters = Readonly<Record<string, string>>

/** How far a client's clock may be from ours in an SRP claim. */
const CLAIM_SKEW_MS = 10 * 60_000

export class SignIn {
  readonly #options: SignInOptions

  constructor(options: SignInOptions) {
    this.#options = options
  }

  async start(party: SignInParty, flow: string, parameters: Parameters): Promise<SignInOutcome> {
    if (isFlowOfOtherSide(flow, party.isAdmin)) return refused('flow-of-other-side')
    if (!isFlowAllowed(party.client.settings, flow, party.isAdmin))
      return refused('flow-not-enabled', flow)
    switch (flow) {
      case 'USER_PASSWORD_AUTH':
      case 'ADMIN_USER_PASSWORD_AUTH':
      case 'ADMIN_NO_SRP_AUTH':
        return this.#password(party, parameters)
      case 'USER_SRP_AUTH':
        return this.#srpStart(party, parameters)
      case 'REFRESH_TOKEN_AUTH':
      case 'REFRESH_TOKEN':
        return refresh(this.#options, party, parameters)
      default:
        return refused('flow-not-implemented', flow)
    }
  }

  async respond(
    party: SignInParty,
    challenge: { readonly name: string; readonly session: string | undefined },
    responses: Parameters,
  ): Promise<SignInOutcome> {
    switch (challenge.name) {
      case 'PASSWORD_VERIFIER':
        return this.#srpFinish(party, challenge.session, responses)
      case 'NEW_PASSWORD_REQUIRED':
        return this.#newPassword(party, challenge.session, responses)
      default:
        return refused('flow-not-implemented', challenge.name)
    }
  }

  async #password(party: SignInParty, parameters: Parameters): Promise<SignInOutcome> {
    const name = parameters['USERNAME']
    const password = parameters['PASSWORD']
    if (!name) return refused('missing-parameter', 'USERNAME')
    if (!password) return refused('missing-parameter', 'PASSWORD')
    const cipher = await this.#options.poolKeys.cipher(party.pool)
    const hashRefusal = this.#checkSecretHash(party, cipher, name, parameters)
    if (hashRefusal !== undefined) return hashRefusal
    const { users, passwordTurns } = this.#options
    const mark = passwordTurns.mark()
    const claim = await users.findAuthClaim(party.pool, name)
    const read = { name, claim, mark }
    const proof = await proveUser(this.#options, { party, cipher }, read, (claimant) =>
      verifyPassword({
        poolName: poolNameOf(party.pool.id),
        userId: claimant.username,
        password,
        ...claimant.verifier,
      }),
    )
    return proof.kind === 'proven' ? this.#afterProof(party, cipher, proof.record) : proof
  }

  async #srpStart(party: SignInParty, parameters: Parameters): Promise<SignInOutcome> {
    const name = parameters['USERNAME']
    const publicA = parameters['SRP_A']
    if (!name) return refused('missing-parameter', 'USERNAME')
    if (!publicA) return refused('missing-parameter', 'SRP_A')
    if (!isValidPublicA(publicA)) return refused('srp-a-invalid')
    const { poolKeys, random, clock } = this.#options
    const { pool, client } = party
    const cipher = await poolKeys.cipher(pool)
    const hashRefusal = this.#checkSecretHash(party, cipher, name, parameters)
    if (hashRefusal !== undefined) return hashRefusal
    const claim = await this.#options.users.findAuthClaim(pool, name)
    const claimant = claimantOf({ pool, cipher, name, claim, nowMs: clock.nowMs() })
    if (claimant.isLocked) return refused('locked-out')
    if (claimant.record === undefined && !hidesUsers(client.settings)) return refused('user-absent')
    const privateB = random.bytes(32)
    const { publicB } = startSrp({ verifier: claimant.verifier.verifier, privateB })
    const base = {
      id: random.uuid(),
      region: pool.region,
      clientId: client.clientId,
      sub: claimant.sub,
      username: claimant.username,
      expiresAtMs: clock.nowMs() + sessionLifeMs(client),
    }
    const block = sealSession(cipher, random.bytes(24), {
      step: 'PASSWORD_VERIFIER',
      typedName: name,
      publicA,
      publicB,
      privateB: Buffer.from(privateB).toString('hex'),
      ...base,
    })
    return {
      kind: 'challenge',
      name: 'PASSWORD_VERIFIER',
      session: sealSession(cipher, random.bytes(24), { step: 'SRP_TICKET', ...base }),
      parameters: {
        SALT: claimant.verifier.salt,
        SECRET_BLOCK: Buffer.from(block, 'utf8').toString('base64'),
        SRP_B: publicB,
        USERNAME: claimant.username,
        USER_ID_FOR_SRP: claimant.username,
      },
    }
  }

  async #srpFinish(
    party: SignInParty,
    sessionText: string | undefined,
    responses: Parameters,
  ): Promise<SignInOutcome> {
    const block = responses['PASSWORD_CLAIM_SECRET_BLOCK']
    const signature = responses['PASSWORD_CLAIM_SIGNATURE']
    const timestamp = responses['TIMESTAMP']
    const name = responses['USERNAME']
    if (!name) return refused('missing-parameter', 'USERNAME')
    if (!block) return refused('missing-parameter', 'PASSWORD_CLAIM_SECRET_BLOCK')
    if (!signature) return refused('missing-parameter', 'PASSWORD_CLAIM_SIGNATURE')
    if (!timestamp) return refused('missing-parameter', 'TIMESTAMP')
    const cipher = await this.#options.poolKeys.cipher(party.pool)
    const hashRefusal = this.#checkSecretHash(party, cipher, name, responses)
    if (hashRefusal !== undefined) return hashRefusal
    const session = this.#openSrpSession(party, cipher, { block, name, sessionText })
    if ('kind' in session) return session
    // Taken before the proof is looked at: one session is one guess, right or wrong. The user is
    // the session's own, since another one may have got the name after the first step.
    const { users, passwordTurns, clock } = this.#options
    const mark = passwordTurns.mark()
    const nowMs = clock.nowMs()
    const { pool } = party
    const claim = await users.takeSession(pool, session)
    if (claim === 'again') return refused('invalid-session')
    const claimedAtMs = parseSrpTimestamp(timestamp)
    const isTimely = claimedAtMs !== undefined && Math.abs(claimedAtMs - nowMs) <= CLAIM_SKEW_MS
    const read = { name: session.typedName, claim, mark }
    const proof = await proveUser(this.#options, { party, cipher }, read, ({ verifier }) => {
      const key = finishSrp({
        publicA: session.publicA,
        publicB: session.publicB,
        privateB: Buffer.from(session.privateB, 'hex'),
        verifier: verifier.verifier,
      })
      const expected = srpClaimSignature({
        key,
        poolName: poolNameOf(pool.id),
        userId: session.username,
        secretBlock: Buffer.from(block, 'base64'),
        timestamp,
      })
      return equalText(expected, signature) && isTimely
    })
    return proof.kind === 'proven' ? this.#afterProof(party, cipher, proof.record) : proof
  }

  #openSrpSession(
    party: SignInParty,
    cipher: PoolCipher,
    given: { block: string; name: string; sessionText: string | undefined },
  ): SrpSession | SignInOutcome {
    const text = Buffer.from(given.block, 'base64').toString('utf8')
    const session = openSession(cipher, text)
    if (session?.step !== 'PASSWORD_VERIFIER') return refused('incorrect-credentials')
    if (given.sessionText !== undefined) {
      const ticket = openSession(cipher, given.sessionText)
      if (ticket?.step !== 'SRP_TICKET' || ticket.id !== session.id) {
        return refused('invalid-session')
      }
    }
    if (given.name !== session.username && given.name !== session.typedName) {
      return refused('invalid-session')
    }
    return this.#refuseSession(party, session) ?? session
  }

  /** What makes a genuine session unusable here: another client, another Region, its age. */
  #refuseSession(party: SignInParty, session: ChallengeSession): SignInOutcome | undefined {
    if (session.clientId !== party.client.clientId) return refused('invalid-session')
    if (session.region !== party.pool.region) return refused('invalid-session')
    if (session.expiresAtMs <= this.#options.clock.nowMs()) return refused('session-expired')
    return undefined
  }

  /** What a right password leads to. */
  async #afterProof(
    party: SignInParty,
    cipher: PoolCipher,
    record: OpenedAuthRecord,
  ): Promise<SignInOutcome> {
    const { failedAttempts, clock } = this.#options
    const outcome = await this.#provenOutcome(party, cipher, record)
    // Last, so that an error leaves nothing behind.
    if (record.failures > 0) {
      await failedAttempts.addSuccess(party.pool, record.user.sub, clock.nowMs())
    }
    return outcome
  }

  async #provenOutcome(
    party: SignInParty,
    cipher: PoolCipher,
    record: OpenedAuthRecord,
  ): Promise<SignInOutcome> {
    if (!record.user.isEnabled) return refused('user-disabled')
    switch (record.user.status) {
      case 'UNCONFIRMED':
        return refused('user-not-confirmed')
      case 'RESET_REQUIRED':
        return refused('password-reset-required')
      case 'FORCE_CHANGE_PASSWORD':
        return this.#askNewPassword(party, cipher, record)
      default:
        return this.#tokens(party, record)
    }
  }

  #askNewPassword(party: SignInParty, cipher: PoolCipher, record: OpenedAuthRecord): SignInOutcome {
    const { clock, random } = this.#options
    const until = record.credential?.temporaryUntilMs
    if (until !== undefined && until <= clock.nowMs()) return refused('temporary-password-expired')
    // The answer would write the directory, so a secondary does not ask.
    if (asPrimary(party.pool) === undefined) return refused('primary-only')
    const session = sealSession(cipher, random.bytes(24), {
      step: 'NEW_PASSWORD_REQUIRED',
      id: random.uuid(),
      region: party.pool.region,
      clientId: party.client.clientId,
      sub: record.user.sub,
      username: record.user.username,
      salt: record.credential?.salt ?? '',
      expiresAtMs: clock.nowMs() + sessionLifeMs(party.client),
    })
    return {
      kind: 'challenge',
      name: 'NEW_PASSWORD_REQUIRED',
      session,
      parameters: newPasswordParameters(party.pool, record.user),
    }
  }

  async #newPassword(
    party: SignInParty,
    sessionText: string | undefined,
    responses: Parameters,
  ): Promise<SignInOutcome> {
    const name = responses['USERNAME']
    const password = responses['NEW_PASSWORD']
    if (!sessionText) return refused('missing-parameter', 'Session')
    if (!name) return refused('missing-parameter', 'USERNAME')
    if (!password) return refused('missing-parameter', 'NEW_PASSWORD')
    const { poolKeys, users, poolWork, clock, random } = this.#options
    const primary = asPrimary(party.pool)
    if (primary === undefined) return refused('primary-only')
    const cipher = await poolKeys.cipher(primary)
    const hashRefusal = this.#checkSecretHash(party, cipher, name, responses)
    if (hashRefusal !== undefined) return hashRefusal
    const session = openSession(cipher, sessionText)
    if (session?.step !== 'NEW_PASSWORD_REQUIRED') return refused('invalid-session')
    const sessionRefusal = this.#refuseSession(party, session)
    if (sessionRefusal !== undefined) return sessionRefusal
    const named = await users.find(primary, name)
    const record = await users.findAuthRecord(primary, session)
    if (record === undefined || named?.sub !== session.sub) return refused('invalid-session')
    return completeNewPassword({
      pool: primary,
      client: party.client,
      user: named,
      previous: record.credential,
      issue: (user) => this.#tokens(party, { ...record, user }),
      temporarySalt: session.salt,
      password,
      responses,
      salt: random.bytes(16),
      nowMs: clock.nowMs(),
      session,
      poolWork,
    })
  }

  async #tokens(party: SignInParty, record: OpenedAuthRecord): Promise<SignInOutcome> {
    const tokens = await this.#options.tokens.begin(party.pool, party.client, record)
    return { kind: 'tokens', tokens }
  }

  /** SECRET_HASH, which a client with a secret must send with every call for a user. */
  #checkSecretHash(
    party: SignInParty,
    cipher: PoolCipher,
    name: string,
    parameters: Parameters,
  ): SignInOutcome | undefined {
    const secretHash = parameters['SECRET_HASH']
    return secretHashRefusal(cipher, party, { usernames: [name], secretHash })
  }
}

function sessionLifeMs(client: Client): number {
  return client.settings.authSessionValidityMinutes * 60_000
}
