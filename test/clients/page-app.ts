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

type Flow = 'USER_AUTH' | 'USER_SRP_AUTH'
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

type Outcome = { readonly step: 'DONE'; readonly token: string } | { readonly step: string }
type Session = { getIdToken(): { getJwtToken(): string } }

/** The first steps by amazon-cognito-identity-js; `TOTP_SETUP` and `TOTP` go on below. */
export function signInByIdentity(
  { userPoolId, userPoolClientId, userPoolEndpoint }: AppSettings,
  Username: string,
  Password: string,
): Promise<Outcome> {
  const Pool = new CognitoUserPool({
    UserPoolId: userPoolId,
    ClientId: userPoolClientId,
    endpoint: userPoolEndpoint,
  })
  const begun = new CognitoUser({ Username, Pool })
  user = begun
  return new Promise((resolve, reject) => {
    begun.authenticateUser(new AuthenticationDetails({ Username, Password }), {
      onSuccess: (session) => resolve(doneWith(session)),
      onFailure: reject,
      mfaSetup: () => resolve({ step: 'TOTP_SETUP' }),
      totpRequired: () => resolve({ step: 'TOTP' }),
    })
  })
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

export function sendCodeByIdentity(code: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const onSuccess = (session: Session) => resolve(doneWith(session))
    current().sendMFACode(code, { onSuccess, onFailure: reject }, 'SOFTWARE_TOKEN_MFA')
  })
}

function doneWith(session: Session): Outcome {
  return { step: 'DONE', token: session.getIdToken().getJwtToken() }
}
