// Pools and what belongs to their configuration.

import { ACCOUNT_ID } from '#test/support/node-config.js'
import type { Case } from './cases.js'
import { makeNewPlace, makePool, newName } from './people.js'
import { EAST, KEY_ARN, type Rig, textAt, WEST } from './rig.js'

const KEY = { KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: KEY_ARN } }
const GONE = 'ResourceNotFoundException'

const ofPool =
  (more: object, pool: object = {}) =>
  async (rig: Rig) => ({ UserPoolId: await makePool(rig, pool), ...more })

/** Failures of messages, to Amazon CloudWatch Logs. */
const NOTIFICATIONS = {
  EventSource: 'userNotification',
  LogLevel: 'ERROR',
  CloudWatchLogsConfiguration: {
    LogGroupArn: 'arn:aws:logs:us-west-2:123456789012:log-group:people',
  },
}

async function makeServer(rig: Rig) {
  const UserPoolId = await makePool(rig)
  const server = { UserPoolId, Identifier: 'api', Name: 'API' }
  await rig.ok('CreateResourceServer', server)
  return server
}

async function makeSecretClient(rig: Rig) {
  const { UserPoolId, ClientId } = await makeNewPlace(rig, {}, { GenerateSecret: true })
  return { UserPoolId, ClientId }
}

async function makeReplica(rig: Rig) {
  const UserPoolId = await makePool(rig, KEY)
  await rig.ok('CreateUserPoolReplica', { UserPoolId, RegionName: EAST })
  return { UserPoolId, RegionName: EAST }
}

async function makeTagged(rig: Rig) {
  const UserPoolId = await makePool(rig, { UserPoolTags: { team: 'a' } })
  return { ResourceArn: `arn:aws:cognito-idp:${WEST}:${ACCOUNT_ID}:userpool/${UserPoolId}` }
}

export const POOL_CASES: Readonly<Record<string, Case>> = {
  DescribeResourceServer: 'reads',
  DescribeUserPool: 'reads',
  DescribeUserPoolClient: 'reads',
  DescribeUserPoolDomain: 'reads',
  GetUserPoolMfaConfig: 'reads',
  ListResourceServers: 'reads',
  ListTagsForResource: 'reads',
  ListUserPoolClientSecrets: 'reads',
  ListUserPoolClients: 'reads',
  ListUserPoolReplicas: 'reads',
  ListUserPools: 'reads',
  CreateUserPool: [{ prepare: async () => ({ PoolName: 'new', ...KEY }) }],
  UpdateUserPool: [{ what: 'another key', prepare: ofPool({ ...KEY, UserPoolTags: { a: 'b' } }) }],
  DeleteUserPool: [{ prepare: ofPool({}), again: GONE }],
  AddCustomAttributes: [
    {
      prepare: ofPool({ CustomAttributes: [{ Name: 'size', AttributeDataType: 'String' }] }),
      again: 'InvalidParameterException',
    },
  ],
  // The first call for a pool makes the certificate.
  GetSigningCertificate: [{ prepare: ofPool({}) }],
  SetUserPoolMfaConfig: [{ prepare: ofPool({ MfaConfiguration: 'OFF' }) }],
  CreateUserPoolClient: [{ prepare: ofPool({ ClientName: 'app', GenerateSecret: true }) }],
  UpdateUserPoolClient: [
    { prepare: async (rig) => ({ ...(await makeNewPlace(rig)), ClientName: 'renamed' }) },
  ],
  DeleteUserPoolClient: [{ prepare: makeSecretClient, again: GONE }],
  AddUserPoolClientSecret: [{ prepare: makeSecretClient, again: 'LimitExceededException' }],
  DeleteUserPoolClientSecret: [
    {
      prepare: async (rig) => {
        const client = await makeSecretClient(rig)
        const added = await rig.ok('AddUserPoolClientSecret', client)
        const ClientSecretId = textAt(added, 'ClientSecretDescriptor', 'ClientSecretId')
        return { ...client, ClientSecretId }
      },
      again: GONE,
    },
  ],
  CreateResourceServer: [
    {
      prepare: ofPool({ Identifier: 'api', Name: 'API' }),
      again: 'InvalidParameterException',
    },
  ],
  UpdateResourceServer: [
    { prepare: async (rig) => ({ ...(await makeServer(rig)), Name: 'renamed' }) },
  ],
  DeleteResourceServer: [
    {
      prepare: async (rig) => {
        const { UserPoolId, Identifier } = await makeServer(rig)
        return { UserPoolId, Identifier }
      },
      again: GONE,
    },
  ],
  CreateUserPoolDomain: [
    {
      prepare: async (rig) => ({ UserPoolId: await makePool(rig), Domain: newName() }),
      again: 'InvalidParameterException',
    },
  ],
  DeleteUserPoolDomain: [
    {
      prepare: async (rig) => {
        const domain = { UserPoolId: await makePool(rig), Domain: newName() }
        await rig.ok('CreateUserPoolDomain', domain)
        return domain
      },
      again: 'InvalidParameterException',
    },
  ],
  CreateUserPoolReplica: [
    { prepare: ofPool({ RegionName: EAST }, KEY), again: 'LimitExceededException' },
  ],
  UpdateUserPoolReplica: [
    {
      what: 'while it is created',
      prepare: async (rig) => ({ ...(await makeReplica(rig)), Status: 'ACTIVE' }),
      ends: 'InvalidParameterException',
    },
  ],
  DeleteUserPoolReplica: [
    { what: 'while it is created', prepare: makeReplica, ends: 'InvalidParameterException' },
  ],
  GetLogDeliveryConfiguration: 'reads',
  SetLogDeliveryConfiguration: [{ prepare: ofPool({ LogConfigurations: [NOTIFICATIONS] }) }],
  TagResource: [{ prepare: async (rig) => ({ ...(await makeTagged(rig)), Tags: { a: 'b' } }) }],
  UntagResource: [{ prepare: async (rig) => ({ ...(await makeTagged(rig)), TagKeys: ['team'] }) }],
}
