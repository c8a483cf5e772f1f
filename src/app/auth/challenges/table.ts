// The challenges of this version, by when they come. A new one is a file beside this and its place
// in the lists; what comes after what, #domain/challenge/requirements.ts decides.

import type { FirstChallenge, FurtherChallenge, RespondableChallenge } from '../challenge.js'
import { customChallenge } from './custom-challenge.js'
import { devicePasswordVerifier, deviceSrpAuth } from './device.js'
import { emailFirst, smsFirst } from './first-code.js'
import { mfaSetup } from './mfa-setup.js'
import { newPasswordRequired } from './new-password-required.js'
import { password } from './password.js'
import { passwordVerifier } from './password-verifier.js'
import { selectChallenge, selectPassword, selectPasswordSrp } from './select-challenge.js'
import { selectMfaType } from './select-mfa-type.js'
import { emailOtp, smsMfa, smsOtp } from './sent-code.js'
import { softwareTokenMfa } from './software-token.js'
import { webAuthn } from './web-authn.js'

/** Challenges that a flow begins with. */
export const FIRST: readonly FirstChallenge[] = [
  password,
  passwordVerifier,
  emailFirst,
  smsFirst,
  webAuthn,
]
/** Challenges that come after another. */
export const FURTHER: readonly FurtherChallenge[] = [
  newPasswordRequired,
  smsMfa,
  emailOtp,
  softwareTokenMfa,
  selectMfaType,
  mfaSetup,
  deviceSrpAuth,
]
/** Challenges that RespondToAuthChallenge responds to; each reads the sessions that it issued. */
export const RESPONDABLE = [
  passwordVerifier,
  newPasswordRequired,
  smsMfa,
  emailOtp,
  softwareTokenMfa,
  selectMfaType,
  mfaSetup,
  smsOtp,
  webAuthn,
  selectChallenge,
  selectPassword,
  selectPasswordSrp,
  customChallenge,
  deviceSrpAuth,
  devicePasswordVerifier,
] as readonly RespondableChallenge[]
