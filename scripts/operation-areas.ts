// The operations of the API by the area that they belong to: the folder of an operation's file and
// its section in docs/compatibility.md. A test compares the names with those of the SDK.

export const operationAreas: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    pools:
      'CreateUserPool DescribeUserPool UpdateUserPool DeleteUserPool ListUserPools ' +
      'AddCustomAttributes GetUserPoolMfaConfig SetUserPoolMfaConfig GetSigningCertificate',
    replicas:
      'CreateUserPoolReplica UpdateUserPoolReplica DeleteUserPoolReplica ListUserPoolReplicas',
    clients:
      'CreateUserPoolClient DescribeUserPoolClient UpdateUserPoolClient DeleteUserPoolClient ' +
      'ListUserPoolClients AddUserPoolClientSecret DeleteUserPoolClientSecret ' +
      'ListUserPoolClientSecrets',
    domains:
      'CreateUserPoolDomain DescribeUserPoolDomain UpdateUserPoolDomain DeleteUserPoolDomain',
    users:
      'AdminCreateUser AdminGetUser AdminDeleteUser AdminConfirmSignUp AdminDisableUser ' +
      'AdminEnableUser AdminSetUserPassword AdminResetUserPassword AdminUpdateUserAttributes ' +
      'AdminDeleteUserAttributes AdminSetUserMFAPreference AdminSetUserSettings ' +
      'AdminGetUserAuthFactors AdminLinkProviderForUser AdminDisableProviderForUser ListUsers',
    'sign-in':
      'InitiateAuth RespondToAuthChallenge AdminInitiateAuth AdminRespondToAuthChallenge ' +
      'GetTokensFromRefreshToken GetClientToken RevokeToken GlobalSignOut ' +
      'AdminUserGlobalSignOut',
    'sign-up': 'SignUp ConfirmSignUp ResendConfirmationCode ForgotPassword ConfirmForgotPassword',
    account:
      'GetUser DeleteUser UpdateUserAttributes DeleteUserAttributes VerifyUserAttribute ' +
      'GetUserAttributeVerificationCode ChangePassword GetUserAuthFactors SetUserMFAPreference ' +
      'SetUserSettings',
    sessions:
      'ListUserSessions RevokeUserSession AdminListUserSessions AdminRevokeUserSession ' +
      'GetUserPoolSessionConfiguration SetUserPoolSessionConfiguration ' +
      'GetUserPoolClientSessionConfiguration SetUserPoolClientSessionConfiguration',
    mfa: 'AssociateSoftwareToken VerifySoftwareToken AdminDeleteSoftwareToken',
    passkeys:
      'StartWebAuthnRegistration CompleteWebAuthnRegistration ListWebAuthnCredentials ' +
      'DeleteWebAuthnCredential',
    devices:
      'ConfirmDevice GetDevice ListDevices ForgetDevice UpdateDeviceStatus AdminGetDevice ' +
      'AdminListDevices AdminForgetDevice AdminUpdateDeviceStatus',
    groups:
      'CreateGroup GetGroup UpdateGroup DeleteGroup ListGroups AdminAddUserToGroup ' +
      'AdminRemoveUserFromGroup AdminListGroupsForUser ListUsersInGroup',
    'identity-providers':
      'CreateIdentityProvider DescribeIdentityProvider UpdateIdentityProvider ' +
      'DeleteIdentityProvider ListIdentityProviders GetIdentityProviderByIdentifier',
    'resource-servers':
      'CreateResourceServer DescribeResourceServer UpdateResourceServer DeleteResourceServer ' +
      'ListResourceServers',
    branding:
      'CreateManagedLoginBranding DescribeManagedLoginBranding ' +
      'DescribeManagedLoginBrandingByClient UpdateManagedLoginBranding ' +
      'DeleteManagedLoginBranding GetUICustomization SetUICustomization',
    terms: 'CreateTerms DescribeTerms DescribeTermsByClient UpdateTerms DeleteTerms ListTerms',
    imports:
      'CreateUserImportJob DescribeUserImportJob ListUserImportJobs StartUserImportJob ' +
      'StopUserImportJob GetCSVHeader',
    risk:
      'DescribeRiskConfiguration SetRiskConfiguration AdminListUserAuthEvents ' +
      'AdminUpdateAuthEventFeedback UpdateAuthEventFeedback',
    logs: 'GetLogDeliveryConfiguration SetLogDeliveryConfiguration',
    tags: 'TagResource UntagResource ListTagsForResource',
    limits: 'GetProvisionedLimit UpdateProvisionedLimit',
  }).map(([area, names]) => [area, names.split(' ').sort()]),
)
