// A sample of the event that a trigger gets. Cognito: developer guide, "Customizing user pool
// workflows with Lambda triggers", 2026.
const USER = {
  sub: '00000000-0000-4000-8000-000000000000',
  email: 'sample@example.com',
  email_verified: 'true',
}

const SAMPLES: Readonly<Record<string, readonly [source: string, request: object]>> = {
  PreSignUp: ['PreSignUp_SignUp', { validationData: {} }],
  PostConfirmation: ['PostConfirmation_ConfirmSignUp', {}],
  PreAuthentication: ['PreAuthentication_Authentication', { validationData: {} }],
  PostAuthentication: ['PostAuthentication_Authentication', { newDeviceUsed: false }],
  DefineAuthChallenge: ['DefineAuthChallenge_Authentication', { session: [] }],
  CreateAuthChallenge: [
    'CreateAuthChallenge_Authentication',
    { challengeName: 'CUSTOM_CHALLENGE', session: [] },
  ],
  VerifyAuthChallengeResponse: [
    'VerifyAuthChallengeResponse_Authentication',
    { privateChallengeParameters: {}, challengeAnswer: 'sample' },
  ],
  UserMigration: ['UserMigration_Authentication', { password: 'sample', validationData: {} }],
  CustomMessage: ['CustomMessage_SignUp', { codeParameter: '{####}', usernameParameter: null }],
  PreTokenGeneration: ['TokenGeneration_Authentication', { groupConfiguration: {} }],
  PreTokenGenerationConfig: [
    'TokenGeneration_Authentication',
    { groupConfiguration: {}, scopes: ['aws.cognito.signin.user.admin'] },
  ],
  CustomEmailSender: ['CustomEmailSender_SignUp', { type: 'customEmailSenderRequestV1' }],
  CustomSMSSender: ['CustomSMSSender_SignUp', { type: 'customSMSSenderRequestV1' }],
}

/** The event as text, for a member of LambdaConfig. */
export function sampleEvent(
  trigger: string,
  { region, poolId }: { readonly region: string; readonly poolId: string },
): string {
  const [triggerSource, request] = SAMPLES[trigger] ?? [trigger, {}]
  const event = {
    version: trigger === 'PreTokenGenerationConfig' ? '2' : '1',
    triggerSource,
    region,
    userPoolId: poolId,
    userName: 'sample',
    callerContext: { awsSdkVersion: 'twinpool-console', clientId: 'sample' },
    request: { userAttributes: USER, ...request },
    response: {},
  }
  return JSON.stringify(event, undefined, 2)
}
