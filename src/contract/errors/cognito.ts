// Which errors an operation of the user pools API may answer with. Every operation has the usual
// errors; a row adds to them, and a name after a minus is not declared by that operation. Names
// are without their ending `Exception`. The SDK declares the same in its documentation, and a
// test compares the two.

import type { CognitoOperationName } from '../types.js'
import { declaredErrors } from './declared-errors.js'

const usual = [
  'InternalError',
  'InvalidParameter',
  'NotAuthorized',
  'OperationNotEnabled',
  'ResourceNotFound',
  'TooManyRequests',
] as const

const declared: Readonly<Record<CognitoOperationName, string>> = {
  AddCustomAttributes: 'UserImportInProgress',
  AddUserPoolClientSecret:
    '-InternalError -NotAuthorized -OperationNotEnabled AccessDenied InternalServer ' +
    'LimitExceeded',
  AdminAddUserToGroup: 'UserNotFound',
  AdminConfirmSignUp:
    'InvalidLambdaResponse LimitExceeded TooManyFailedAttempts UnexpectedLambda ' +
    'UserLambdaValidation UserNotFound',
  AdminCreateUser:
    'CodeDeliveryFailure InvalidLambdaResponse InvalidPassword InvalidSmsRoleAccessPolicy ' +
    'InvalidSmsRoleTrustRelationship PreconditionNotMet UnexpectedLambda UnsupportedUserState ' +
    'UserLambdaValidation UserNotFound UsernameExists',
  AdminDeleteSoftwareToken: 'UserNotConfirmed UserNotFound',
  AdminDeleteUserAttributes: 'UserNotFound',
  AdminDeleteUser: 'UserNotFound',
  AdminDisableProviderForUser: 'AliasExists UserNotFound',
  AdminDisableUser: 'UserNotFound',
  AdminEnableUser: 'UserNotFound',
  AdminForgetDevice: 'InvalidUserPoolConfiguration UserNotFound',
  AdminGetDevice: 'InvalidUserPoolConfiguration',
  AdminGetUserAuthFactors: 'UserNotFound',
  AdminGetUser: 'UserNotFound',
  AdminInitiateAuth:
    'FeatureUnavailableInTier InvalidEmailRoleAccessPolicy InvalidLambdaResponse ' +
    'InvalidSmsRoleAccessPolicy InvalidSmsRoleTrustRelationship InvalidUserPoolConfiguration ' +
    'MFAMethodNotFound PasswordResetRequired UnexpectedLambda UnsupportedOperation ' +
    'UserLambdaValidation UserNotConfirmed UserNotFound',
  AdminLinkProviderForUser: 'AliasExists LimitExceeded UserNotFound',
  AdminListDevices: 'InvalidUserPoolConfiguration',
  AdminListGroupsForUser: 'UserNotFound',
  AdminListUserAuthEvents: 'UserNotFound UserPoolAddOnNotEnabled',
  AdminListUserSessions: 'UserNotFound',
  AdminRemoveUserFromGroup: 'UserNotFound',
  AdminResetUserPassword:
    'InvalidEmailRoleAccessPolicy InvalidLambdaResponse InvalidSmsRoleAccessPolicy ' +
    'InvalidSmsRoleTrustRelationship LimitExceeded UnexpectedLambda UserLambdaValidation ' +
    'UserNotFound',
  AdminRespondToAuthChallenge:
    'AliasExists CodeMismatch ExpiredCode InvalidEmailRoleAccessPolicy InvalidLambdaResponse ' +
    'InvalidPassword InvalidSmsRoleAccessPolicy InvalidSmsRoleTrustRelationship ' +
    'InvalidUserPoolConfiguration MFAMethodNotFound PasswordHistoryPolicyViolation ' +
    'PasswordResetRequired SoftwareTokenMFANotFound UnexpectedLambda UserLambdaValidation ' +
    'UserNotConfirmed UserNotFound',
  AdminRevokeUserSession: 'UserNotFound',
  AdminSetUserMFAPreference: '-TooManyRequests PasswordResetRequired UserNotConfirmed UserNotFound',
  AdminSetUserPassword: 'InvalidPassword PasswordHistoryPolicyViolation UserNotFound',
  AdminSetUserSettings: '-TooManyRequests UserNotFound',
  AdminUpdateAuthEventFeedback: 'UserNotFound UserPoolAddOnNotEnabled',
  AdminUpdateDeviceStatus: 'InvalidUserPoolConfiguration UserNotFound',
  AdminUpdateUserAttributes:
    'AliasExists InvalidEmailRoleAccessPolicy InvalidLambdaResponse ' +
    'InvalidSmsRoleAccessPolicy InvalidSmsRoleTrustRelationship UnexpectedLambda ' +
    'UserLambdaValidation UserNotFound',
  AdminUserGlobalSignOut: 'UserNotFound',
  AssociateSoftwareToken:
    '-TooManyRequests ConcurrentModification Forbidden SoftwareTokenMFANotFound',
  ChangePassword:
    'Forbidden InvalidPassword LimitExceeded PasswordHistoryPolicyViolation ' +
    'PasswordResetRequired UserNotConfirmed UserNotFound',
  CompleteWebAuthnRegistration:
    '-ResourceNotFound Forbidden LimitExceeded PasswordResetRequired ' +
    'WebAuthnChallengeNotFound WebAuthnClientMismatch WebAuthnCredentialNotSupported ' +
    'WebAuthnNotEnabled WebAuthnOriginNotAllowed WebAuthnRelyingPartyMismatch',
  ConfirmDevice:
    'DeviceKeyExists Forbidden InvalidLambdaResponse InvalidPassword ' +
    'InvalidUserPoolConfiguration PasswordResetRequired UserNotConfirmed UserNotFound ' +
    'UsernameExists',
  ConfirmForgotPassword:
    'CodeMismatch ExpiredCode Forbidden InvalidLambdaResponse InvalidPassword LimitExceeded ' +
    'PasswordHistoryPolicyViolation TooManyFailedAttempts UnexpectedLambda ' +
    'UserLambdaValidation UserNotConfirmed UserNotFound',
  ConfirmSignUp:
    'AliasExists CodeMismatch ExpiredCode Forbidden InvalidLambdaResponse LimitExceeded ' +
    'TooManyFailedAttempts UnexpectedLambda UserLambdaValidation UserNotFound',
  CreateGroup: 'GroupExists LimitExceeded',
  CreateIdentityProvider: '-OperationNotEnabled DuplicateProvider LimitExceeded',
  CreateManagedLoginBranding: 'ConcurrentModification LimitExceeded ManagedLoginBrandingExists',
  CreateResourceServer: 'LimitExceeded',
  CreateTerms: 'ConcurrentModification LimitExceeded TermsExists',
  CreateUserImportJob: 'LimitExceeded PreconditionNotMet',
  CreateUserPoolClient: 'FeatureUnavailableInTier InvalidOAuthFlow LimitExceeded ScopeDoesNotExist',
  CreateUserPool:
    '-OperationNotEnabled -ResourceNotFound FeatureUnavailableInTier ' +
    'InvalidEmailRoleAccessPolicy InvalidSmsRoleAccessPolicy InvalidSmsRoleTrustRelationship ' +
    'LimitExceeded TierChangeNotAllowed UserPoolTagging',
  CreateUserPoolDomain:
    '-TooManyRequests ConcurrentModification FeatureUnavailableInTier LimitExceeded',
  CreateUserPoolReplica: 'FeatureUnavailableInTier LimitExceeded UserPoolTagging',
  DeleteGroup: '',
  DeleteIdentityProvider: '-OperationNotEnabled ConcurrentModification UnsupportedIdentityProvider',
  DeleteManagedLoginBranding: 'ConcurrentModification',
  DeleteResourceServer: '',
  DeleteTerms: 'ConcurrentModification',
  DeleteUserAttributes: 'Forbidden PasswordResetRequired UserNotConfirmed UserNotFound',
  DeleteUser: 'Forbidden PasswordResetRequired UserNotConfirmed UserNotFound',
  DeleteUserPoolClient: 'ConcurrentModification',
  DeleteUserPoolClientSecret:
    '-InternalError -NotAuthorized -OperationNotEnabled InternalServer LimitExceeded',
  DeleteUserPool: 'UserImportInProgress',
  DeleteUserPoolDomain: '-TooManyRequests ConcurrentModification',
  DeleteUserPoolReplica: '',
  DeleteWebAuthnCredential: 'Forbidden LimitExceeded PasswordResetRequired',
  DescribeIdentityProvider: '-OperationNotEnabled',
  DescribeManagedLoginBrandingByClient: '',
  DescribeManagedLoginBranding: '',
  DescribeResourceServer: '',
  DescribeRiskConfiguration: 'UserPoolAddOnNotEnabled',
  DescribeTermsByClient: '',
  DescribeTerms: '',
  DescribeUserImportJob: '',
  DescribeUserPoolClient: '',
  DescribeUserPool: 'UserPoolTagging',
  DescribeUserPoolDomain: '-TooManyRequests',
  ForgetDevice:
    'Forbidden InvalidUserPoolConfiguration PasswordResetRequired UserNotConfirmed ' +
    'UserNotFound',
  ForgotPassword:
    'CodeDeliveryFailure Forbidden InvalidEmailRoleAccessPolicy InvalidLambdaResponse ' +
    'InvalidSmsRoleAccessPolicy InvalidSmsRoleTrustRelationship LimitExceeded ' +
    'UnexpectedLambda UserLambdaValidation UserNotFound',
  GetCSVHeader: '',
  GetClientToken: 'Forbidden',
  GetDevice:
    'Forbidden InvalidUserPoolConfiguration PasswordResetRequired UserNotConfirmed ' +
    'UserNotFound',
  GetGroup: '',
  GetIdentityProviderByIdentifier: '-OperationNotEnabled',
  GetLogDeliveryConfiguration: '-OperationNotEnabled',
  GetProvisionedLimit: '-OperationNotEnabled',
  GetSigningCertificate: '-NotAuthorized -TooManyRequests',
  GetTokensFromRefreshToken:
    'Forbidden InvalidLambdaResponse RefreshTokenReuse UnexpectedLambda UserLambdaValidation ' +
    'UserNotFound',
  GetUICustomization: '',
  GetUserAttributeVerificationCode:
    'CodeDeliveryFailure Forbidden InvalidEmailRoleAccessPolicy InvalidLambdaResponse ' +
    'InvalidSmsRoleAccessPolicy InvalidSmsRoleTrustRelationship LimitExceeded ' +
    'PasswordResetRequired UnexpectedLambda UserLambdaValidation UserNotConfirmed ' +
    'UserNotFound',
  GetUserAuthFactors: 'Forbidden PasswordResetRequired UserNotConfirmed UserNotFound',
  GetUser: 'Forbidden PasswordResetRequired UserNotConfirmed UserNotFound',
  GetUserPoolClientSessionConfiguration: '',
  GetUserPoolMfaConfig: '-OperationNotEnabled',
  GetUserPoolSessionConfiguration: '',
  GlobalSignOut: 'Forbidden PasswordResetRequired UserNotConfirmed',
  InitiateAuth:
    'FeatureUnavailableInTier Forbidden InvalidEmailRoleAccessPolicy InvalidLambdaResponse ' +
    'InvalidSmsRoleAccessPolicy InvalidSmsRoleTrustRelationship InvalidUserPoolConfiguration ' +
    'PasswordResetRequired UnexpectedLambda UnsupportedOperation UserLambdaValidation ' +
    'UserNotConfirmed UserNotFound',
  ListDevices:
    'Forbidden InvalidUserPoolConfiguration PasswordResetRequired UserNotConfirmed ' +
    'UserNotFound',
  ListGroups: '',
  ListIdentityProviders: '-OperationNotEnabled',
  ListResourceServers: '',
  ListTagsForResource: '',
  ListTerms: '',
  ListUserImportJobs: '',
  ListUserPoolClientSecrets:
    '-InternalError -NotAuthorized -OperationNotEnabled InternalServer LimitExceeded',
  ListUserPoolClients: '',
  ListUserPoolReplicas: '',
  ListUserPools: '-OperationNotEnabled -ResourceNotFound',
  ListUserSessions: 'Forbidden PasswordResetRequired UserNotConfirmed UserNotFound',
  ListUsers: '',
  ListUsersInGroup: '',
  ListWebAuthnCredentials: '-ResourceNotFound Forbidden LimitExceeded PasswordResetRequired',
  ResendConfirmationCode:
    'CodeDeliveryFailure Forbidden InvalidEmailRoleAccessPolicy InvalidLambdaResponse ' +
    'InvalidSmsRoleAccessPolicy InvalidSmsRoleTrustRelationship LimitExceeded ' +
    'UnexpectedLambda UserLambdaValidation UserNotFound',
  RespondToAuthChallenge:
    'AliasExists CodeMismatch ExpiredCode Forbidden InvalidEmailRoleAccessPolicy ' +
    'InvalidLambdaResponse InvalidPassword InvalidSmsRoleAccessPolicy ' +
    'InvalidSmsRoleTrustRelationship InvalidUserPoolConfiguration MFAMethodNotFound ' +
    'PasswordHistoryPolicyViolation PasswordResetRequired SoftwareTokenMFANotFound ' +
    'UnexpectedLambda UserLambdaValidation UserNotConfirmed UserNotFound',
  RevokeToken:
    '-NotAuthorized -ResourceNotFound Forbidden Unauthorized UnsupportedOperation ' +
    'UnsupportedTokenType',
  RevokeUserSession: 'Forbidden PasswordResetRequired UserNotConfirmed UserNotFound',
  SetLogDeliveryConfiguration: '-OperationNotEnabled FeatureUnavailableInTier',
  SetRiskConfiguration: 'CodeDeliveryFailure InvalidEmailRoleAccessPolicy UserPoolAddOnNotEnabled',
  SetUICustomization: '',
  SetUserMFAPreference:
    '-TooManyRequests Forbidden PasswordResetRequired UserNotConfirmed UserNotFound',
  SetUserPoolClientSessionConfiguration: 'ConcurrentModification FeatureUnavailableInTier',
  SetUserPoolMfaConfig:
    'ConcurrentModification FeatureUnavailableInTier InvalidSmsRoleAccessPolicy ' +
    'InvalidSmsRoleTrustRelationship',
  SetUserPoolSessionConfiguration: 'ConcurrentModification FeatureUnavailableInTier',
  SetUserSettings: '-TooManyRequests Forbidden PasswordResetRequired UserNotConfirmed UserNotFound',
  SignUp:
    'CodeDeliveryFailure Forbidden InvalidEmailRoleAccessPolicy InvalidLambdaResponse ' +
    'InvalidPassword InvalidSmsRoleAccessPolicy InvalidSmsRoleTrustRelationship LimitExceeded ' +
    'UnexpectedLambda UserLambdaValidation UsernameExists',
  StartUserImportJob: 'PreconditionNotMet',
  StartWebAuthnRegistration:
    '-ResourceNotFound Forbidden LimitExceeded PasswordResetRequired ' +
    'WebAuthnConfigurationMissing WebAuthnNotEnabled',
  StopUserImportJob: 'PreconditionNotMet',
  TagResource: '',
  UntagResource: '',
  UpdateAuthEventFeedback: 'UserNotFound UserPoolAddOnNotEnabled',
  UpdateDeviceStatus:
    'Forbidden InvalidUserPoolConfiguration PasswordResetRequired UserNotConfirmed ' +
    'UserNotFound',
  UpdateGroup: '',
  UpdateIdentityProvider: '-OperationNotEnabled ConcurrentModification UnsupportedIdentityProvider',
  UpdateManagedLoginBranding: 'ConcurrentModification',
  UpdateProvisionedLimit: '-OperationNotEnabled ServiceQuotaExceeded',
  UpdateResourceServer: '',
  UpdateTerms: 'ConcurrentModification TermsExists',
  UpdateUserAttributes:
    'AliasExists CodeDeliveryFailure CodeMismatch ExpiredCode Forbidden ' +
    'InvalidEmailRoleAccessPolicy InvalidLambdaResponse InvalidSmsRoleAccessPolicy ' +
    'InvalidSmsRoleTrustRelationship PasswordResetRequired UnexpectedLambda ' +
    'UserLambdaValidation UserNotConfirmed UserNotFound',
  UpdateUserPoolClient:
    'ConcurrentModification FeatureUnavailableInTier InvalidOAuthFlow ScopeDoesNotExist',
  UpdateUserPool:
    'ConcurrentModification FeatureUnavailableInTier InvalidEmailRoleAccessPolicy ' +
    'InvalidSmsRoleAccessPolicy InvalidSmsRoleTrustRelationship TierChangeNotAllowed ' +
    'UserImportInProgress UserPoolTagging',
  UpdateUserPoolDomain: 'ConcurrentModification FeatureUnavailableInTier',
  UpdateUserPoolReplica: '',
  VerifySoftwareToken:
    'CodeMismatch EnableSoftwareTokenMFA Forbidden InvalidUserPoolConfiguration ' +
    'PasswordResetRequired SoftwareTokenMFANotFound UserNotConfirmed UserNotFound',
  VerifyUserAttribute:
    'AliasExists CodeMismatch ExpiredCode Forbidden LimitExceeded PasswordResetRequired ' +
    'UserNotConfirmed UserNotFound',
}

export const cognitoErrorsOf = declaredErrors(usual, declared)
