// PASSWORD_VERIFIER: the password, proven by SRP without being sent. USER_SRP_AUTH brings A; B goes
// back with a secret block, which is the session itself, so that the client's signature covers it.

import { required } from '#base/assert.js'
import { equalText } from '#base/bytes.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import { finishSrp, isValidPublicA, srpClaimSignature, startSrp } from '#domain/credential/srp.js'
import { parseSrpTimestamp } from '#domain/credential/srp-timestamp.js'
import { poolNameOf } from '#domain/pool/id.js'
import { refused } from '#domain/refusal.js'
import { importedHashOf } from '#domain/user/user.js'
import { beforeProof } from '../before-proof.js'
import { type FirstChallenge, issueSession, type RespondableChallenge } from '../challenge.js'
import { proveUser } from '../proof.js'
import type { ChallengeState } from '../session.js'
import { resolveSubject } from '../subject.js'
import { absentDevice } from '../tracked-device.js'
import { sessionInBlock } from '../waiting-session.js'

type SrpState = Extract<ChallengeState, { readonly name: 'PASSWORD_VERIFIER' }>

/** One session is one guess. */
const ATTEMPTS_MAX = 1
/** How far a client's clock may be from ours in an SRP claim. */
const CLAIM_SKEW_MS = 10 * 60_000

export const passwordVerifier: FirstChallenge & RespondableChallenge<SrpState> = {
  name: 'PASSWORD_VERIFIER',
  parameters: ['USERNAME', 'SRP_A'],
  responses: ['USERNAME', 'PASSWORD_CLAIM_SECRET_BLOCK', 'PASSWORD_CLAIM_SIGNATURE', 'TIMESTAMP'],
  needsSession: false,
  writesDirectory: false,

  parametersRefusal(parameters) {
    return isValidPublicA(parameters['SRP_A'] ?? '') ? undefined : refused('srp-a-invalid')
  },

  async begin(step) {
    const { services, context, cipher, parameters } = step
    const { users, clock, random } = services
    const { pool } = context
    const name = step.progress.typedName
    const publicA = required(parameters['SRP_A'], 'SRP_A')
    const claim = step.known?.claim ?? (await users.findAuthClaim(pool, name))
    const subject = resolveSubject({ pool, cipher, name, claim, nowMs: clock.nowMs() })
    if (subject.isLocked) return refused('locked-out')
    if (subject.record === undefined && !hidesUsers(context.client.settings)) {
      return refused('user-absent')
    }
    if (step.known === undefined) await beforeProof(step, claim)
    const privateB = random.bytes(32)
    const { publicB } = startSrp({ verifier: subject.verifier.verifier, privateB })
    const id = random.uuid()
    const block = issueSession(step, id, subject, {
      name: 'PASSWORD_VERIFIER',
      publicA,
      publicB,
      privateB: Buffer.from(privateB).toString('hex'),
    })
    return {
      kind: 'challenge',
      name: 'PASSWORD_VERIFIER',
      session: issueSession(step, id, subject, { name: 'SRP_SESSION_REFERENCE' }),
      parameters: {
        SALT: subject.verifier.salt,
        SECRET_BLOCK: Buffer.from(block, 'utf8').toString('base64'),
        SRP_B: publicB,
        USERNAME: subject.username,
        USER_ID_FOR_SRP: subject.username,
      },
    }
  },

  openSession: (call, text) => sessionInBlock(call, text, 'PASSWORD_VERIFIER'),

  async respond(step, session) {
    const { services, context, cipher, parameters } = step
    const { users, passwordTurns, clock } = services
    const { pool } = context
    const { publicA, publicB, privateB } = session.challenge
    const block = required(parameters['PASSWORD_CLAIM_SECRET_BLOCK'], 'secret block')
    const signature = required(parameters['PASSWORD_CLAIM_SIGNATURE'], 'signature')
    const timestamp = required(parameters['TIMESTAMP'], 'timestamp')
    const absent = await absentDevice(step, session.sub)
    if (absent !== undefined) return absent
    // Counted before the proof is looked at, whether it is right or wrong. The user is the
    // session's own, since another one may have got the name after the first step.
    const mark = passwordTurns.mark()
    const nowMs = clock.nowMs()
    const claim = await users.takeSession(pool, session, ATTEMPTS_MAX)
    if (claim === 'again') return refused('session-used')
    const claimedAtMs = parseSrpTimestamp(timestamp)
    const isTimely = claimedAtMs !== undefined && Math.abs(claimedAtMs - nowMs) <= CLAIM_SKEW_MS
    const read = { name: session.typedName, claim, mark }
    return proveUser(services, { context, cipher }, read, ({ verifier, record }) => {
      const key = finishSrp({
        publicA,
        publicB,
        privateB: Buffer.from(privateB, 'hex'),
        verifier: verifier.verifier,
      })
      const expected = srpClaimSignature({
        key,
        poolName: poolNameOf(pool.id),
        userId: session.username,
        secretBlock: Buffer.from(block, 'base64'),
        timestamp,
      })
      // An imported hash proves nothing by SRP, and the verifier is a decoy's.
      const isProvable = importedHashOf(record?.credential) === undefined
      return equalText(expected, signature) && isTimely && isProvable
    })
  },
}
