// DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER: a remembered device proves itself by SRP, in place
// of a second factor or besides it. The session of the second step is sealed into the secret
// block, which the device's signature covers, and goes beside it as `Session`, too.
// Cognito: developer guide, "Working with user devices", 2026; amazon-cognito-identity-js,
// CognitoUser.getDeviceResponse, 6.3.

import { deviceGroupKey, openDevice } from '#app/devices/device.js'
import { noteSignIn } from '#app/devices/devices.js'
import { required } from '#base/assert.js'
import { equalText } from '#base/bytes.js'
import { finishSrp, isValidPublicA, srpClaimSignature, startSrp } from '#domain/credential/srp.js'
import { parseSrpTimestamp } from '#domain/credential/srp-timestamp.js'
import { refused } from '#domain/refusal.js'
import { type FurtherChallenge, issueSession, type RespondableChallenge } from '../challenge.js'
import { proveCode } from '../code-proof.js'
import type { DeviceAuthState, DeviceVerifierState } from '../session.js'
import { sessionInBlock, waitingSession } from '../waiting-session.js'

/** One session is one guess. */
const ATTEMPTS_MAX = 1
/** How far a client's clock may be from ours in an SRP claim. */
const CLAIM_SKEW_MS = 10 * 60_000

export const deviceSrpAuth: FurtherChallenge & RespondableChallenge<DeviceAuthState> = {
  name: 'DEVICE_SRP_AUTH',
  responses: ['USERNAME', 'DEVICE_KEY', 'SRP_A'],
  needsSession: true,
  writesDirectory: false,

  begin(step, { user }) {
    const id = step.services.random.uuid()
    return {
      kind: 'challenge',
      name: 'DEVICE_SRP_AUTH',
      session: issueSession(step, id, user, { name: 'DEVICE_SRP_AUTH' }),
      parameters: { USERNAME: user.username, USER_ID_FOR_SRP: user.username },
    }
  },

  openSession: (call, text) => waitingSession(call, text, 'DEVICE_SRP_AUTH'),

  async respond(step, session) {
    const { services, context, cipher, parameters } = step
    const publicA = required(parameters['SRP_A'], 'SRP_A')
    if (!isValidPublicA(publicA)) return refused('srp-a-invalid')
    const claim = await services.users.takeSession(context.pool, session, ATTEMPTS_MAX)
    if (claim === 'again') return refused('session-used')
    if (claim.record === undefined) return refused('invalid-session')
    const deviceKey = parameters['DEVICE_KEY'] ?? ''
    const { sub } = session
    const stored = await services.devices.find(context.pool, sub, deviceKey)
    if (stored?.isRemembered !== true) return refused('device-absent')
    const { salt, verifier } = openDevice(cipher, stored)
    const { random } = services
    const privateB = random.bytes(32)
    const { publicB } = startSrp({ verifier, privateB })
    const state: DeviceVerifierState = {
      name: 'DEVICE_PASSWORD_VERIFIER',
      deviceKey,
      publicA,
      publicB,
      privateB: Buffer.from(privateB).toString('hex'),
    }
    const { user } = claim.record
    const id = random.uuid()
    const block = issueSession(step, id, user, state)
    return {
      kind: 'challenge',
      name: 'DEVICE_PASSWORD_VERIFIER',
      session: issueSession(step, id, user, { name: 'SRP_SESSION_REFERENCE' }),
      parameters: {
        DEVICE_KEY: deviceKey,
        SALT: salt,
        SECRET_BLOCK: Buffer.from(block, 'utf8').toString('base64'),
        SRP_B: publicB,
        USERNAME: session.username,
      },
    }
  },
}

export const devicePasswordVerifier: RespondableChallenge<DeviceVerifierState> = {
  name: 'DEVICE_PASSWORD_VERIFIER',
  responses: [
    'USERNAME',
    'DEVICE_KEY',
    'PASSWORD_CLAIM_SECRET_BLOCK',
    'PASSWORD_CLAIM_SIGNATURE',
    'TIMESTAMP',
  ],
  needsSession: false,
  writesDirectory: false,

  openSession: (call, text) => sessionInBlock(call, text, 'DEVICE_PASSWORD_VERIFIER'),

  async respond(step, session) {
    const { services, context, cipher, parameters } = step
    const { deviceKey, publicA, publicB, privateB } = session.challenge
    const block = required(parameters['PASSWORD_CLAIM_SECRET_BLOCK'], 'secret block')
    const wrong = { kind: 'wrong', refusal: refused('incorrect-credentials') } as const
    const timestamp = required(parameters['TIMESTAMP'], 'timestamp')
    const { sub } = session
    const record = await proveCode(
      step,
      session,
      async () => {
        const stored = await services.devices.find(context.pool, sub, deviceKey)
        if (stored?.isRemembered !== true) return refused('device-absent')
        const { verifier } = openDevice(cipher, stored)
        const key = finishSrp({
          publicA,
          publicB,
          privateB: Buffer.from(privateB, 'hex'),
          verifier,
        })
        const expected = srpClaimSignature({
          key,
          poolName: deviceGroupKey(cipher, deviceKey),
          userId: deviceKey,
          secretBlock: Buffer.from(block, 'base64'),
          timestamp,
        })
        const claimedAtMs = parseSrpTimestamp(timestamp)
        const nowMs = services.clock.nowMs()
        const isTimely = claimedAtMs !== undefined && Math.abs(claimedAtMs - nowMs) <= CLAIM_SKEW_MS
        const isRight =
          equalText(expected, parameters['PASSWORD_CLAIM_SIGNATURE'] ?? '') &&
          parameters['DEVICE_KEY'] === deviceKey
        return isRight && isTimely ? { kind: 'right' } : wrong
      },
      ATTEMPTS_MAX,
    )
    if ('kind' in record) return record
    return {
      kind: 'passed',
      record,
      factors: ['device'],
      write: async () => {
        await noteSignIn(services, context.pool, { sub, deviceKey }, context.request)
        return 'written'
      },
    }
  },
}
