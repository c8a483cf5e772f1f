// Where each operation may run. One table decides for all of them; nothing else asks which role a
// Region has. "Operations that aren't listed here are only available in the primary Region."
// Cognito: developer guide, user pool multi-Region replication, operation lists, 2026-06.

/**
 * - `account`: of the Region and account, not of a pool; runs in any Region.
 * - `primary`: on the primary only.
 * - `secondary`: on the primary and on an INACTIVE or ACTIVE secondary.
 * - `active`: on the primary and on an ACTIVE secondary.
 */
export type Gate = 'account' | 'primary' | 'secondary' | 'active'

const ACCOUNT = ['CreateUserPool', 'ListUserPools', 'GetProvisionedLimit', 'UpdateProvisionedLimit']

const SECONDARY = [
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

const ACTIVE = [
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

// DeleteUserPoolReplica: the SDK says it must be called from the primary, the guide lists it for
// secondaries. The primary owns the replica's row, so the SDK's word holds.
// Deviation: DeleteUserPoolReplica runs on the primary only, although the guide lists it for
// secondaries; the SDK's documentation says primary.

const gates: ReadonlyMap<string, Gate> = new Map([
  ...ACCOUNT.map((name) => [name, 'account'] as const),
  ...SECONDARY.map((name) => [name, 'secondary'] as const),
  ...ACTIVE.map((name) => [name, 'active'] as const),
])

/** The gate of an operation; what no list names is for the primary. */
export function gateOf(operation: string): Gate {
  return gates.get(operation) ?? 'primary'
}

/** Whether the operation may run where the pool has this role and status. */
export function isAllowed(
  gate: Gate,
  role: 'PRIMARY' | 'SECONDARY',
  status: 'CREATING' | 'ACTIVE' | 'INACTIVE' | 'DELETING',
): boolean {
  if (role === 'PRIMARY' || gate === 'account') return true
  if (gate === 'secondary') return status === 'ACTIVE' || status === 'INACTIVE'
  return gate === 'active' && status === 'ACTIVE'
}

/** Every operation that a list names, for the test that no name is misspelt. */
export const namedOperations: readonly string[] = [...gates.keys()]
