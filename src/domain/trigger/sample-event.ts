// An event for each trigger, to try a function with before users meet it: with the members that a
// real event has, and a user who does not exist. A person may edit it before it is sent. This file
// runs in the browser too.
// Cognito: developer guide, "Customizing user pool workflows with Lambda triggers", 2026.

import type { JsonObject } from '#base/json.js'
import type { TriggerName } from './lambda-config.js'

/** Where the event says that it comes from. */
export interface SampleOrigin {
  /** Of the events that the function takes: `1`, or `2` and `3` for the pre token generation. */
  readonly version: string
  readonly region: string
  readonly poolId: string
}

const EMAIL = 'jane@example.com'
const USER = {
  sub: '00000000-0000-4000-8000-000000000000',
  'cognito:user_status': 'CONFIRMED',
  email: EMAIL,
  email_verified: 'true',
}
const FIRST_PROOF = { challengeName: 'SRP_A', challengeResult: true, challengeMetadata: null }

interface Sample {
  readonly source: string
  readonly request: JsonObject
  readonly response: JsonObject
}

type Samples = Readonly<Record<TriggerName, Sample>>

const SIGN_UP_AND_IN = {
  PreSignUp: {
    source: 'PreSignUp_SignUp',
    request: { userAttributes: { email: EMAIL }, validationData: null },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  },
  PostConfirmation: {
    source: 'PostConfirmation_ConfirmSignUp',
    request: { userAttributes: USER },
    response: {},
  },
  PreAuthentication: {
    source: 'PreAuthentication_Authentication',
    request: { userAttributes: USER, validationData: null, userNotFound: false },
    response: {},
  },
  PostAuthentication: {
    source: 'PostAuthentication_Authentication',
    request: { userAttributes: USER, newDeviceUsed: false },
    response: {},
  },
  UserMigration: {
    source: 'UserMigration_Authentication',
    request: { password: 'not-a-real-password', validationData: null },
    response: {
      userAttributes: null,
      finalUserStatus: null,
      messageAction: null,
      desiredDeliveryMediums: null,
      forceAliasCreation: null,
      enableSMSMFA: null,
    },
  },
  InboundFederation: {
    source: 'InboundFederation_ExternalProvider',
    request: {
      providerName: 'Example',
      providerType: 'OIDC',
      attributes: { idToken: { sub: 'jane', email: EMAIL } },
    },
    response: { userAttributesToMap: null },
  },
} as const satisfies Partial<Samples>

const CHALLENGES = {
  DefineAuthChallenge: {
    source: 'DefineAuthChallenge_Authentication',
    request: { userAttributes: USER, session: [FIRST_PROOF], userNotFound: false },
    response: { challengeName: null, issueTokens: null, failAuthentication: null },
  },
  CreateAuthChallenge: {
    source: 'CreateAuthChallenge_Authentication',
    request: {
      userAttributes: USER,
      challengeName: 'CUSTOM_CHALLENGE',
      session: [FIRST_PROOF],
      userNotFound: false,
    },
    response: {
      publicChallengeParameters: null,
      privateChallengeParameters: null,
      challengeMetadata: null,
    },
  },
  VerifyAuthChallengeResponse: {
    source: 'VerifyAuthChallengeResponse_Authentication',
    request: {
      userAttributes: USER,
      privateChallengeParameters: { answer: '5' },
      challengeAnswer: '5',
      userNotFound: false,
    },
    response: { answerCorrect: null },
  },
} as const satisfies Partial<Samples>

const MESSAGES = {
  CustomMessage: {
    source: 'CustomMessage_SignUp',
    request: {
      userAttributes: USER,
      codeParameter: '{####}',
      linkParameter: '{##Click Here##}',
      usernameParameter: null,
    },
    response: { smsMessage: null, emailMessage: null, emailSubject: null },
  },
  CustomEmailSender: {
    source: 'CustomEmailSender_SignUp',
    request: {
      type: 'customEmailSenderRequestV1',
      code: 'bm90IGVuY3J5cHRlZA==',
      userAttributes: USER,
    },
    response: {},
  },
  CustomSMSSender: {
    source: 'CustomSMSSender_SignUp',
    request: {
      type: 'customSMSSenderRequestV1',
      code: 'bm90IGVuY3J5cHRlZA==',
      userAttributes: { ...USER, phone_number: '+12065550100' },
    },
    response: {},
  },
} as const satisfies Partial<Samples>

function tokenSample(version: string): Sample {
  const groupConfiguration = {
    groupsToOverride: ['admins'],
    iamRolesToOverride: [],
    preferredRole: null,
  }
  const request = { userAttributes: USER, groupConfiguration }
  const source = 'TokenGeneration_Authentication'
  if (version === '1') return { source, request, response: { claimsOverrideDetails: null } }
  return {
    source,
    request: { ...request, scopes: ['aws.cognito.signin.user.admin'] },
    response: { claimsAndScopeOverrideDetails: null },
  }
}

/** The event, in the order in which the service documents its members. */
export function sampleEvent(
  name: TriggerName,
  { version, region, poolId }: SampleOrigin,
): JsonObject {
  const samples: Samples = {
    ...SIGN_UP_AND_IN,
    ...CHALLENGES,
    ...MESSAGES,
    PreTokenGeneration: tokenSample(version),
  }
  const { source, request, response } = samples[name]
  return {
    version,
    triggerSource: source,
    region,
    userPoolId: poolId,
    userName: 'jane',
    callerContext: {
      awsSdkVersion: 'aws-sdk-unknown-unknown',
      clientId: 'CLIENT_ID_NOT_APPLICABLE',
    },
    request,
    response,
  }
}
