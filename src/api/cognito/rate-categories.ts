// The category of requests that each operation counts in, and what else of a call has a rate.
//
// Cognito: developer guide, "Quotas in Amazon Cognito", 2026. The page does not name the operations
// of sessions, passkeys, factors, terms, branding and replicas; they are with their likes.

import type { CallInput } from '#api/protocol/service.js'
import type { RatedRequest } from '#app/throttle/throttle.js'
import type { RateCategory } from '#domain/throttle/rate-category.js'
import type { Target } from './resolve.js'

const OPERATIONS_OF: Readonly<Record<RateCategory, string>> = {
  UserAuthentication: `AdminInitiateAuth AdminRespondToAuthChallenge InitiateAuth
    RespondToAuthChallenge`,
  UserCreation: 'AdminConfirmSignUp AdminCreateUser ConfirmSignUp SignUp',
  UserFederation: '',
  UserAccountRecovery: `AdminResetUserPassword AdminSetUserPassword ChangePassword
    ConfirmForgotPassword ForgotPassword`,
  UserRead: 'AdminGetUser AdminGetUserAuthFactors GetUser GetUserAuthFactors',
  UserUpdate: `AdminAddUserToGroup AdminDeleteUser AdminDeleteUserAttributes
    AdminDisableProviderForUser AdminDisableUser AdminEnableUser AdminLinkProviderForUser
    AdminRemoveUserFromGroup AdminUpdateUserAttributes AdminUserGlobalSignOut DeleteUser
    DeleteUserAttributes GlobalSignOut UpdateUserAttributes VerifyUserAttribute`,
  UserToken: 'GetTokensFromRefreshToken RevokeToken',
  UserResourceRead: `AdminGetDevice AdminListDevices AdminListGroupsForUser AdminListUserAuthEvents
    AdminListUserSessions GetDevice GetUserAttributeVerificationCode ListDevices ListUserSessions
    ListWebAuthnCredentials ResendConfirmationCode`,
  UserResourceUpdate: `AdminDeleteSoftwareToken AdminForgetDevice AdminRevokeUserSession
    AdminSetUserMFAPreference AdminSetUserSettings AdminUpdateAuthEventFeedback
    AdminUpdateDeviceStatus AssociateSoftwareToken CompleteWebAuthnRegistration ConfirmDevice
    DeleteWebAuthnCredential ForgetDevice RevokeUserSession SetUserMFAPreference SetUserSettings
    StartWebAuthnRegistration UpdateAuthEventFeedback UpdateDeviceStatus VerifySoftwareToken`,
  UserList: 'ListUsers ListUsersInGroup',
  UserPoolRead: 'DescribeUserPool ListUserPools',
  UserPoolUpdate: 'CreateUserPool DeleteUserPool UpdateUserPool',
  UserPoolResourceRead: `DescribeIdentityProvider DescribeManagedLoginBranding
    DescribeManagedLoginBrandingByClient DescribeResourceServer DescribeRiskConfiguration
    DescribeTerms DescribeTermsByClient DescribeUserImportJob DescribeUserPoolDomain GetCSVHeader
    GetGroup GetIdentityProviderByIdentifier GetLogDeliveryConfiguration GetSigningCertificate
    GetUICustomization GetUserPoolMfaConfig GetUserPoolSessionConfiguration ListGroups
    ListIdentityProviders ListResourceServers ListTagsForResource ListTerms ListUserImportJobs
    ListUserPoolReplicas`,
  UserPoolResourceUpdate: `AddCustomAttributes CreateGroup CreateIdentityProvider
    CreateManagedLoginBranding CreateResourceServer CreateTerms CreateUserImportJob
    CreateUserPoolDomain CreateUserPoolReplica DeleteGroup DeleteIdentityProvider
    DeleteManagedLoginBranding DeleteResourceServer DeleteTerms DeleteUserPoolDomain
    DeleteUserPoolReplica SetLogDeliveryConfiguration SetRiskConfiguration SetUICustomization
    SetUserPoolMfaConfig SetUserPoolSessionConfiguration StartUserImportJob StopUserImportJob
    TagResource UntagResource UpdateGroup UpdateIdentityProvider UpdateManagedLoginBranding
    UpdateResourceServer UpdateTerms UpdateUserPoolDomain UpdateUserPoolReplica`,
  UserPoolClientRead: `DescribeUserPoolClient GetUserPoolClientSessionConfiguration
    ListUserPoolClients ListUserPoolClientSecrets`,
  UserPoolClientUpdate: `AddUserPoolClientSecret CreateUserPoolClient DeleteUserPoolClient
    DeleteUserPoolClientSecret SetUserPoolClientSessionConfiguration UpdateUserPoolClient`,
  ClientAuthentication: 'GetClientToken',
  LimitManagement: 'GetProvisionedLimit UpdateProvisionedLimit',
}

/** The category of each operation, by its name. */
export const rateCategories: ReadonlyMap<string, RateCategory> = new Map(
  Object.entries(OPERATIONS_OF).flatMap(([category, operations]) =>
    operations
      .split(/\s+/)
      .filter((name) => name !== '')
      .map((name) => [name, category as RateCategory] as const),
  ),
)

/** Categories whose operations change the user whom they name; others read or sign in. */
const WRITES = new Set<RateCategory>([
  'UserCreation',
  'UserAccountRecovery',
  'UserUpdate',
  'UserResourceUpdate',
])

/** What of a call has a rate; undefined when its operation has none. */
export function ratedRequest(
  operation: string,
  input: CallInput,
  { pool, user }: Target,
): RatedRequest | undefined {
  const category = categoryOf(operation, input)
  if (category === undefined) return undefined
  const name = user === undefined ? nameIn(input) : user.sub
  return {
    category,
    operation,
    poolId: pool?.id,
    user: name === undefined ? undefined : { name, isWrite: WRITES.has(category) },
    isChallengeResponse: category === 'UserAuthentication' && 'ChallengeName' in input,
  }
}

function categoryOf(operation: string, input: CallInput): RateCategory | undefined {
  // A new password is a recovery of the account, and no sign-in.
  if (input['ChallengeName'] === 'NEW_PASSWORD_REQUIRED') return 'UserAccountRecovery'
  return rateCategories.get(operation)
}

/** The name of the user that a call is about, as the caller wrote it. */
function nameIn(input: CallInput): string | undefined {
  const parameters = { ...record(input['AuthParameters']), ...record(input['ChallengeResponses']) }
  const name = input['Username'] ?? parameters['USERNAME']
  return typeof name === 'string' ? name : undefined
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
