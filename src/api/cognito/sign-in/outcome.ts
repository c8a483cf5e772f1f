// The steps of a sign-in on the wire.

import type { SignInOutcome } from '#app/auth/challenge.js'
import type { NewDevice } from '#app/devices/device.js'
import type { TokenSet } from '#app/sessions/issue.js'
import { type OtherCodes, refusalError } from '../refusals.js'

/** The API's response to a step of a sign-in; throws the error of a refusal. */
export function signInResponse(outcome: SignInOutcome, others?: OtherCodes) {
  switch (outcome.kind) {
    case 'tokens':
      return {
        ChallengeParameters: {},
        AuthenticationResult: authenticationResult(outcome.tokens, outcome.newDevice),
      }
    case 'challenge':
      return {
        ChallengeName: outcome.name,
        Session: outcome.session,
        ChallengeParameters: { ...outcome.parameters },
        ...(outcome.available && { AvailableChallenges: [...outcome.available] as [] }),
      }
    case 'refused':
      throw refusalError(outcome, others)
  }
}

export function authenticationResult(tokens: TokenSet, newDevice?: NewDevice) {
  return {
    AccessToken: tokens.accessToken,
    ExpiresIn: tokens.expiresInSeconds,
    TokenType: 'Bearer',
    RefreshToken: tokens.refreshToken,
    IdToken: tokens.idToken,
    ...(newDevice && {
      NewDeviceMetadata: {
        DeviceKey: newDevice.deviceKey,
        DeviceGroupKey: newDevice.deviceGroupKey,
      },
    }),
  }
}
