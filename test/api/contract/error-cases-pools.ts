// Errors of pools and of what belongs to their configuration.
import { ACCOUNT_ID } from '#test/support/node-config.js'
import { REGION } from '#test/support/test-api.js'
import { makeNewPlace, makePool } from '../../anomaly/people.js'
import { EAST, KEY_ARN, type Rig } from '../../anomaly/rig.js'
import type { ErrorCase } from './error-case.js'

const UserPoolTags = { 'aws:team': 'a' }
const TAGS = 'Tag keys must not begin with aws:.'
const LITE = { UserPoolTier: 'LITE' }
const HISTORY = { Policies: { PasswordPolicy: { MinimumLength: 8, PasswordHistorySize: 3 } } }
const KEY = { KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: KEY_ARN } }

const lacks = (what: string) =>
  `${what} is not available in the LITE tier. Change the tier to ESSENTIALS or higher.`
const ofPool =
  (more: object, pool: object = {}) =>
  async (rig: Rig) => ({ UserPoolId: await makePool(rig, pool), ...more })
const ofClient = (more: object) => async (rig: Rig) => ({ ...(await makeNewPlace(rig)), ...more })

const MACHINE = {
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['client_credentials'],
  AllowedOAuthScopes: ['openid'],
}
const NO_SECRET =
  'client_credentials flow can not be selected if client does not have a client secret.'

const absentId = `${REGION}_absent001`
const absent = (more: object): ErrorCase => ({
  message: `User pool ${absentId} does not exist.`,
  prepare: async () => ({
    ResourceArn: `arn:aws:cognito-idp:${REGION}:${ACCOUNT_ID}:userpool/${absentId}`,
    ...more,
  }),
})

const POOL_BUSY = {
  message: 'The user pool is being changed by other requests.',
  losesOn: 'user_pools',
}
const CLIENT_BUSY = {
  message: 'The app client is being changed by other requests.',
  losesOn: 'user_pool_clients',
}
const TRACKING = { UserSessionTracking: 'ENABLED', TokenSession: { MaxPerUser: 20 } }

/** Calls that other callers are always ahead of. */
const CONCURRENT: Readonly<Record<string, ErrorCase>> = {
  UpdateUserPool: { ...POOL_BUSY, prepare: ofPool({}) },
  SetUserPoolMfaConfig: { ...POOL_BUSY, prepare: ofPool({ MfaConfiguration: 'OFF' }) },
  SetUserPoolSessionConfiguration: { ...POOL_BUSY, prepare: ofPool(TRACKING) },
  UpdateUserPoolClient: { ...CLIENT_BUSY, prepare: ofClient({}) },
  SetUserPoolClientSessionConfiguration: {
    ...CLIENT_BUSY,
    prepare: async (rig) => {
      const place = await makeNewPlace(rig)
      await rig.ok('SetUserPoolSessionConfiguration', {
        UserPoolId: place.UserPoolId,
        ...TRACKING,
      })
      return { ...place, SSOSession: { MaxValidityMinutes: 5 } }
    },
  },
}

export const POOL_ERROR_CASES: Readonly<Record<string, ErrorCase>> = {
  ...Object.fromEntries(
    Object.entries(CONCURRENT).map(([name, one]) => [
      `${name} ConcurrentModificationException`,
      one,
    ]),
  ),
  'ListTagsForResource ResourceNotFoundException': absent({}),
  'TagResource ResourceNotFoundException': absent({ Tags: { team: 'a' } }),
  'UntagResource ResourceNotFoundException': absent({ TagKeys: ['team'] }),
  'CreateUserPool UserPoolTaggingException': {
    message: TAGS,
    prepare: async () => ({ PoolName: 'tagged', UserPoolTags }),
  },
  'UpdateUserPool UserPoolTaggingException': { message: TAGS, prepare: ofPool({ UserPoolTags }) },
  'CreateUserPoolReplica UserPoolTaggingException': {
    message: TAGS,
    prepare: ofPool({ RegionName: EAST, UserPoolTags }),
  },
  'CreateUserPool FeatureUnavailableInTierException': {
    message: lacks('Password history'),
    prepare: async () => ({ PoolName: 'lite', ...LITE, ...HISTORY }),
  },
  'UpdateUserPool FeatureUnavailableInTierException': {
    message: lacks('Password history'),
    prepare: ofPool({ ...LITE, ...HISTORY }),
  },
  'UpdateUserPool TierChangeNotAllowedException': {
    message: 'A user pool with a customer managed key needs the ESSENTIALS or PLUS tier.',
    prepare: ofPool(LITE, KEY),
  },
  'CreateUserPoolClient FeatureUnavailableInTierException': {
    message: lacks('ALLOW_USER_AUTH'),
    prepare: ofPool({ ClientName: 'app', ExplicitAuthFlows: ['ALLOW_USER_AUTH'] }, LITE),
  },
  'UpdateUserPoolClient FeatureUnavailableInTierException': {
    message: lacks('ALLOW_USER_AUTH'),
    prepare: async (rig) => ({
      ...(await makeNewPlace(rig, LITE)),
      ExplicitAuthFlows: ['ALLOW_USER_AUTH'],
    }),
  },
  'CreateUserPoolClient InvalidOAuthFlowException': {
    message: NO_SECRET,
    prepare: ofPool({ ClientName: 'app', ...MACHINE }),
  },
  'UpdateUserPoolClient InvalidOAuthFlowException': {
    message: NO_SECRET,
    prepare: ofClient(MACHINE),
  },
  'CreateUserPoolDomain FeatureUnavailableInTierException': {
    message: lacks('Managed login'),
    prepare: ofPool({ Domain: 'lite-pages', ManagedLoginVersion: 2 }, LITE),
  },
  'CreateUserPoolReplica FeatureUnavailableInTierException': {
    message: 'Multi-Region replication is not available in the LITE feature plan.',
    prepare: ofPool({ RegionName: EAST }, LITE),
  },
  'SetUserPoolMfaConfig FeatureUnavailableInTierException': {
    message: lacks('Email MFA'),
    prepare: ofPool(
      { MfaConfiguration: 'OPTIONAL', EmailMfaConfiguration: {} },
      {
        ...LITE,
        EmailConfiguration: {
          EmailSendingAccount: 'DEVELOPER',
          SourceArn: `arn:aws:ses:${REGION}:${ACCOUNT_ID}:identity/example.com`,
        },
      },
    ),
  },
  'SetLogDeliveryConfiguration FeatureUnavailableInTierException': {
    message:
      'The export of userAuthEvents is not available in the ESSENTIALS tier. ' +
      'Change the tier to PLUS or higher.',
    prepare: ofPool({
      LogConfigurations: [
        {
          EventSource: 'userAuthEvents',
          LogLevel: 'INFO',
          S3Configuration: { BucketArn: 'arn:aws:s3:::people-logs' },
        },
      ],
    }),
  },
}
