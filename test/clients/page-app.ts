// An app as it runs in a page: the libraries that people have, with what the tests ask of them.
// esbuild makes it into one script, whose exports are the global `app` of the page.
import * as auth from '@aws-amplify/auth'
import { cognitoUserPoolsTokenProvider } from '@aws-amplify/auth/cognito'
import { Amplify } from '@aws-amplify/core'
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js'

/** Where an app finds its users. */
export interface AppSettings {
  readonly userPoolId: string
  readonly userPoolClientId: string
  readonly userPoolEndpoint: string
}

type Flow = 'USER_AUTH' | 'USER_SRP_AUTH' | 'CUSTOM_WITH_SRP' | 'CUSTOM_WITHOUT_SRP'
type First = 'EMAIL_OTP' | 'PASSWORD' | 'PASSWORD_SRP' | 'WEB_AUTHN'

export function configure(Cognito: AppSettings): void {
  const tokenProvider = cognitoUserPoolsTokenProvider
  tokenProvider.setAuthConfig({ Cognito })
  Amplify.configure({ Auth: { Cognito } }, { Auth: { tokenProvider } })
}

export async function signUp(username: string): Promise<string> {
  const options = {
    userAttributes: { email: `${username}@example.com` },
    autoSignIn: { authFlowType: 'USER_AUTH' as const },
  }
  const { nextStep } = await auth.signUp({ username, options })
  return nextStep.signUpStep
}

export async function confirmSignUp(username: string, confirmationCode: string): Promise<string> {
  const { nextStep } = await auth.confirmSignUp({ username, confirmationCode })
  return nextStep.signUpStep
}

export async function autoSignIn(): Promise<string> {
  return (await auth.autoSignIn()).nextStep.signInStep
}

/** What the sign-in asks for next, as Amplify has it. */
export async function signIn(
  authFlowType: Flow,
  username: string,
  more: { readonly password?: string; readonly preferredChallenge?: First } = {},
) {
  const { password, preferredChallenge } = more
  const { nextStep } = await auth.signIn({
    username,
    ...(password !== undefined && { password }),
    options: { authFlowType, ...(preferredChallenge && { preferredChallenge }) },
  })
  return stepOf(nextStep)
}

export async function confirmSignIn(challengeResponse: string) {
  return stepOf((await auth.confirmSignIn({ challengeResponse })).nextStep)
}

function stepOf(step: auth.SignInOutput['nextStep']) {
  return {
    step: step.signInStep,
    secret: 'totpSetupDetails' in step ? step.totpSetupDetails.sharedSecret : undefined,
    choices: 'availableChallenges' in step ? step.availableChallenges : undefined,
    types: 'allowedMFATypes' in step ? step.allowedMFATypes : undefined,
    destination: 'codeDeliveryDetails' in step ? step.codeDeliveryDetails?.destination : undefined,
    question: 'additionalInfo' in step ? step.additionalInfo?.['question'] : undefined,
  }
}

/** Who is signed in. */
export async function whoAmI(): Promise<string | undefined> {
  const { tokens } = await auth.fetchAuthSession()
  return tokens?.idToken?.payload['cognito:username'] as string | undefined
}

export function signOut(): Promise<void> {
  return auth.signOut()
}

export function registerPasskey(): Promise<void> {
  return auth.associateWebAuthnCredential()
}

export async function listPasskeys() {
  return (await auth.listWebAuthnCredentials()).credentials
}

export function deletePasskey(credentialId: string): Promise<void> {
  return auth.deleteWebAuthnCredential({ credentialId })
}

let user: CognitoUser | undefined
const current = () => {
  if (user === undefined) throw new Error('no sign-in was begun')
  return user
}

type Outcome =
  | { readonly step: 'DONE'; readonly token: string }
  | { readonly step: string; readonly question?: string }
type Session = { getIdToken(): { getJwtToken(): string } }

/** How a step of amazon-cognito-identity-js ends, by whichever callback it calls. */
function outcomeOf(run: (callbacks: Callbacks) => void): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    run({
      onSuccess: (session) => resolve(doneWith(session)),
      onFailure: reject,
      mfaSetup: () => resolve({ step: 'TOTP_SETUP' }),
      totpRequired: () => resolve({ step: 'TOTP' }),
      mfaRequired: () => resolve({ step: 'SMS' }),
      selectMFAType: () => resolve({ step: 'SELECT' }),
      customChallenge: ({ question = '' }) => resolve({ step: 'CUSTOM', question }),
    })
  })
}

interface Callbacks {
  readonly onSuccess: (session: Session) => void
  readonly onFailure: (error: Error) => void
  readonly mfaSetup: () => void
  readonly totpRequired: () => void
  readonly mfaRequired: () => void
  readonly selectMFAType: () => void
  readonly customChallenge: (parameters: { readonly question?: string }) => void
}

function beginByIdentity(
  { userPoolId, userPoolClientId, userPoolEndpoint }: AppSettings,
  Username: string,
  flow: string,
): CognitoUser {
  const Pool = new CognitoUserPool({
    UserPoolId: userPoolId,
    ClientId: userPoolClientId,
    endpoint: userPoolEndpoint,
  })
  const begun = new CognitoUser({ Username, Pool })
  begun.setAuthenticationFlowType(flow)
  user = begun
  return begun
}

/** The first steps by amazon-cognito-identity-js; what is asked for then goes on below. */
export function signInByIdentity(
  settings: AppSettings,
  Username: string,
  Password: string,
  flow = 'USER_SRP_AUTH',
): Promise<Outcome> {
  const details = new AuthenticationDetails({ Username, Password })
  const begun = beginByIdentity(settings, Username, flow)
  return outcomeOf((callbacks) => begun.authenticateUser(details, callbacks))
}

/** A custom sign-in without a password. */
export function signInCustomByIdentity(settings: AppSettings, Username: string): Promise<Outcome> {
  const details = new AuthenticationDetails({ Username })
  const begun = beginByIdentity(settings, Username, 'CUSTOM_AUTH')
  return outcomeOf((callbacks) => begun.initiateAuth(details, callbacks))
}

export function answerByIdentity(answer: string): Promise<Outcome> {
  return outcomeOf((callbacks) => current().sendCustomChallengeAnswer(answer, callbacks))
}

export function selectByIdentity(type: string): Promise<Outcome> {
  return outcomeOf((callbacks) => current().sendMFASelectionAnswer(type, callbacks))
}

export function associateByIdentity(): Promise<string> {
  return new Promise((resolve, reject) => {
    current().associateSoftwareToken({ associateSecretCode: resolve, onFailure: reject })
  })
}

export function verifyByIdentity(code: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const onSuccess = (session: Session) => resolve(doneWith(session))
    current().verifySoftwareToken(code, 'phone', { onSuccess, onFailure: reject })
  })
}

export function sendCodeByIdentity(code: string, type = 'SOFTWARE_TOKEN_MFA'): Promise<Outcome> {
  return outcomeOf((callbacks) => current().sendMFACode(code, callbacks, type))
}

function doneWith(session: Session): Outcome {
  return { step: 'DONE', token: session.getIdToken().getJwtToken() }
}
