// What the public service models that the contract was last generated from do not say: members and
// operations that only the SDK packages know yet, and where the service is known to do otherwise
// than its model. In the models' own form; `gen-contract` lays it over the model that it reads.
import type { ServiceModelFile } from './gen-contract.js'

export const cognitoAdditions: ServiceModelFile = {
  shapes: {
    // The model has this pattern without dots, and its own sample describes auth.example.com
    // (API reference, DescribeUserPoolDomain; aws-cdk #6787), 2026.
    DomainType: { type: 'string', pattern: '^[a-z0-9](?:[a-z0-9\\-.]{0,61}[a-z0-9])?$' },
    // Clients may use GetClientToken when they have this flow.
    ExplicitAuthFlowsType: { type: 'string', enum: ['ALLOW_CLIENT_TOKEN_AUTH'] },
    ClientTypeType: { type: 'string', enum: ['REGULAR', 'DCR'] },
    RevokeAssociatedSessionsType: { type: 'string', enum: ['NONE', 'LINKED'] },
    UserSessionTrackingType: { type: 'string', enum: ['ENABLED', 'DISABLED'] },
    SessionsPerUser: { type: 'integer', min: 1, max: 100 },
    SsoValidityMinutes: { type: 'integer', min: 0, max: 129_600 },
    AdminListUserSessionsRequest: members({ NextToken: 'PaginationKey' }),
    AdminRevokeUserSessionRequest: members({
      SessionId: 'StringType',
      RevokeAssociatedSessions: 'RevokeAssociatedSessionsType',
    }),
    ClientSSOSessionConfigType: members({ MaxValidityMinutes: 'SsoValidityMinutes' }),
    GetClientTokenRequest: members({ Scopes: 'ScopeListType', Secret: 'ClientSecretType' }),
    ListUserPoolClientsRequest: members({ ClientType: 'ClientTypeType' }),
    ListUserSessionsRequest: members({ NextToken: 'PaginationKey' }),
    SetUserPoolSessionConfigurationRequest: members({
      UserSessionTracking: 'UserSessionTrackingType',
      TokenSession: 'UserPoolTokenSessionConfigType',
    }),
    SetUserPoolClientSessionConfigurationRequest: members({
      SSOSession: 'ClientSSOSessionConfigType',
    }),
    UserPoolTokenSessionConfigType: members({ MaxPerUser: 'SessionsPerUser' }),
  },
  operations: {
    AdminDeleteSoftwareToken: errors('UserNotConfirmed UserNotFound'),
    AdminInitiateAuth: errors('FeatureUnavailableInTier'),
    AdminListUserSessions: { ...errors('UserNotFound'), ...input('AdminListUserSessionsRequest') },
    AdminRevokeUserSession: {
      ...errors('UserNotFound'),
      ...input('AdminRevokeUserSessionRequest'),
    },
    DescribeTermsByClient: errors(''),
    GetClientToken: { ...errors('Forbidden'), ...input('GetClientTokenRequest') },
    GetUserPoolClientSessionConfiguration: errors(''),
    GetUserPoolSessionConfiguration: errors(''),
    InitiateAuth: errors('FeatureUnavailableInTier'),
    ListUserSessions: {
      ...errors('Forbidden PasswordResetRequired UserNotConfirmed UserNotFound'),
      ...input('ListUserSessionsRequest'),
    },
    RevokeUserSession: errors('Forbidden PasswordResetRequired UserNotConfirmed UserNotFound'),
    SetUserPoolClientSessionConfiguration: {
      ...errors('ConcurrentModification FeatureUnavailableInTier'),
      ...input('SetUserPoolClientSessionConfigurationRequest'),
    },
    SetUserPoolSessionConfiguration: {
      ...errors('ConcurrentModification FeatureUnavailableInTier'),
      ...input('SetUserPoolSessionConfigurationRequest'),
    },
  },
  /** What an operation declares that only the SDK knows, besides its own row. */
  usualErrors: names(
    'InternalError InvalidParameter NotAuthorized OperationNotEnabled ResourceNotFound ' +
      'TooManyRequests',
  ),
}

export const kmsAdditions: ServiceModelFile = {
  shapes: {
    // The service refuses what the model's wider range admits (API reference, ScheduleKeyDeletion).
    PendingWindowInDaysType: { type: 'integer', min: 7, max: 30 },
    EncapsulationAlgorithmSpec: { type: 'string', enum: ['ML_KEM'] },
    EncapsulateRequest: members({ EncapsulationAlgorithm: 'EncapsulationAlgorithmSpec' }),
    DecapsulateRequest: members({ SharedSecretCiphertextBlob: 'CiphertextType' }),
  },
  operations: {
    Decapsulate: {
      ...errors(
        'Disabled DryRunOperation InvalidCiphertext InvalidGrantToken InvalidKeyUsage ' +
          'KeyUnavailable',
      ),
      ...input('DecapsulateRequest'),
    },
    Encapsulate: {
      ...errors('Disabled DryRunOperation InvalidGrantToken InvalidKeyUsage KeyUnavailable'),
      ...input('EncapsulateRequest'),
    },
  },
  usualErrors: names('DependencyTimeout KMSInternal KMSInvalidState NotFound'),
}

function names(text: string): readonly string[] {
  return text.split(' ').filter((name) => name !== '')
}

function errors(text: string) {
  return { errors: names(text).map((name) => ({ shape: `${name}Exception` })) }
}

function input(shape: string) {
  return { input: { shape } }
}

function members(shapes: Readonly<Record<string, string>>) {
  const entries = Object.entries(shapes).map(([name, shape]) => [name, { shape }] as const)
  return { type: 'structure', members: Object.fromEntries(entries) }
}
