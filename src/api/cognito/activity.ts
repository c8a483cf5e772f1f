// Which operations make the user whom they are about a monthly active one, when they end well.
// Every operation of the API is in one of the two lists, which a test demands, so that a new one
// decides.
//
// Cognito: developer guide, "Quotas in Amazon Cognito" (monthly active users), 2026: sign-up or
// creation by an administrator, confirmation or attribute verification, sign-in and challenge
// response, sign-out and revocation, self-service reset and AdminSetUserPassword, change of
// attributes or groups, AdminGetUser. Not: CSV import, ListUsers, AdminResetUserPassword, calls
// with an access token. What the list names counts with an access token too; a renewal is a
// sign-in.

import type { UsageNotes } from '#ports/usage.js'
import type { Target } from './resolve.js'

const MAKES_ACTIVE = words(`
  AdminCreateUser SignUp
  AdminConfirmSignUp ConfirmSignUp VerifyUserAttribute
  AdminInitiateAuth AdminRespondToAuthChallenge GetTokensFromRefreshToken InitiateAuth
    RespondToAuthChallenge
  AdminRevokeUserSession AdminUserGlobalSignOut GlobalSignOut RevokeToken RevokeUserSession
  AdminSetUserPassword ConfirmForgotPassword ForgotPassword
  AdminAddUserToGroup AdminDeleteUserAttributes AdminRemoveUserFromGroup AdminUpdateUserAttributes
  AdminGetUser`)

const DOES_NOT = words(`
  AddCustomAttributes AddUserPoolClientSecret AdminDeleteSoftwareToken AdminDeleteUser
  AdminDisableProviderForUser AdminDisableUser AdminEnableUser AdminForgetDevice AdminGetDevice
  AdminGetUserAuthFactors AdminLinkProviderForUser AdminListDevices AdminListGroupsForUser
  AdminListUserAuthEvents AdminListUserSessions AdminResetUserPassword AdminSetUserMFAPreference
  AdminSetUserSettings AdminUpdateAuthEventFeedback AdminUpdateDeviceStatus AssociateSoftwareToken
  ChangePassword CompleteWebAuthnRegistration ConfirmDevice CreateGroup CreateIdentityProvider
  CreateManagedLoginBranding CreateResourceServer CreateTerms CreateUserImportJob CreateUserPool
  CreateUserPoolClient CreateUserPoolDomain CreateUserPoolReplica DeleteGroup
  DeleteIdentityProvider DeleteManagedLoginBranding DeleteResourceServer DeleteTerms DeleteUser
  DeleteUserAttributes DeleteUserPool DeleteUserPoolClient DeleteUserPoolClientSecret
  DeleteUserPoolDomain DeleteUserPoolReplica DeleteWebAuthnCredential DescribeIdentityProvider
  DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient DescribeResourceServer
  DescribeRiskConfiguration DescribeTerms DescribeTermsByClient DescribeUserImportJob
  DescribeUserPool DescribeUserPoolClient DescribeUserPoolDomain ForgetDevice GetCSVHeader
  GetClientToken GetDevice GetGroup GetIdentityProviderByIdentifier GetLogDeliveryConfiguration
  GetProvisionedLimit GetSigningCertificate GetUICustomization GetUser
  GetUserAttributeVerificationCode GetUserAuthFactors GetUserPoolClientSessionConfiguration
  GetUserPoolMfaConfig GetUserPoolSessionConfiguration ListDevices ListGroups
  ListIdentityProviders ListResourceServers ListTagsForResource ListTerms ListUserImportJobs
  ListUserPoolClientSecrets ListUserPoolClients ListUserPoolReplicas ListUserPools
  ListUserSessions ListUsers ListUsersInGroup ListWebAuthnCredentials ResendConfirmationCode
  SetLogDeliveryConfiguration SetRiskConfiguration SetUICustomization SetUserMFAPreference
  SetUserPoolClientSessionConfiguration SetUserPoolMfaConfig SetUserPoolSessionConfiguration
  SetUserSettings StartUserImportJob StartWebAuthnRegistration StopUserImportJob TagResource
  UntagResource UpdateAuthEventFeedback UpdateDeviceStatus UpdateGroup UpdateIdentityProvider
  UpdateManagedLoginBranding UpdateProvisionedLimit UpdateResourceServer UpdateTerms
  UpdateUserAttributes UpdateUserPool UpdateUserPoolClient UpdateUserPoolDomain
  UpdateUserPoolReplica VerifySoftwareToken`)

/** Whether each operation makes its user an active one, by the operation's name. */
export const activity: ReadonlyMap<string, boolean> = new Map([
  ...MAKES_ACTIVE.map((name) => [name, true] as const),
  ...DOES_NOT.map((name) => [name, false] as const),
])

/** How many names the lists have: more than the map, if one is in them twice. */
export const ACTIVITY_NAMES = MAKES_ACTIVE.length + DOES_NOT.length

/** Whom a call makes an active user of its pool; undefined for calls that make none. */
export function activeUserOf(
  usage: UsageNotes,
  operation: string,
  { pool, user }: Target,
): { readonly note: (sub: string) => void; readonly record: () => void } | undefined {
  if (pool === undefined || activity.get(operation) !== true) return undefined
  // Who brings an access token is known; whom others name, the flows find out.
  let sub = user?.sub
  return {
    note(found) {
      sub = found
    },
    record() {
      if (sub !== undefined) usage.active(pool, sub)
    },
  }
}

function words(text: string): readonly string[] {
  return text.split(/\s+/).filter((name) => name !== '')
}
