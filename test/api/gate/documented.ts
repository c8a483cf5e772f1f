// Where the documentation says that operations run. What is in no list runs on the primary only:
// "Operations that aren't listed here are only available in the primary Region."
// Cognito: developer guide, user pool multi-Region replication, operation lists, 2026-06.
// DeleteUserPoolReplica is not among them although the guide lists it: see its operation.

/** Not about a pool. */
export const ACCOUNT = [
  'CreateUserPool',
  'ListUserPools',
  'GetProvisionedLimit',
  'UpdateProvisionedLimit',
]

/** On an INACTIVE and on an ACTIVE secondary. */
export const ANY_SECONDARY = [
  'AdminGetDevice',
  'AdminGetUser',
  'AdminListDevices',
  'AdminListGroupsForUser',
  'AdminListUserAuthEvents',
  'CreateUserPoolDomain',
  'DeleteUserPoolDomain',
  'DescribeIdentityProvider',
  'DescribeManagedLoginBranding',
  'DescribeManagedLoginBrandingByClient',
  'DescribeResourceServer',
  'DescribeRiskConfiguration',
  'DescribeTerms',
  'DescribeUserPool',
  'DescribeUserPoolClient',
  'DescribeUserPoolDomain',
  'GetGroup',
  'GetLogDeliveryConfiguration',
  'GetSigningCertificate',
  'GetUICustomization',
  'GetUserPoolMfaConfig',
  'ListGroups',
  'ListIdentityProviders',
  'ListResourceServers',
  'ListTagsForResource',
  'ListTerms',
  'ListUserPoolClients',
  'ListUserPoolClientSecrets',
  'ListUserPoolReplicas',
  'ListUsers',
  'ListUsersInGroup',
  'SetLogDeliveryConfiguration',
  'SetRiskConfiguration',
  'SetUserPoolMfaConfig',
  'TagResource',
  'UntagResource',
  'UpdateUserPool',
  'UpdateUserPoolDomain',
  'UpdateUserPoolReplica',
]

/** On an ACTIVE secondary only. */
export const ACTIVE_SECONDARY = [
  'AdminInitiateAuth',
  'AdminRespondToAuthChallenge',
  'AdminUpdateAuthEventFeedback',
  'AdminUserGlobalSignOut',
  'GetDevice',
  'GetIdentityProviderByIdentifier',
  'GetTokensFromRefreshToken',
  'GetUser',
  'GetUserAuthFactors',
  'GlobalSignOut',
  'InitiateAuth',
  'ListDevices',
  'ListWebAuthnCredentials',
  'RespondToAuthChallenge',
  'RevokeToken',
  'UpdateAuthEventFeedback',
]
