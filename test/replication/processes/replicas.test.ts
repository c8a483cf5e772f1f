// The four replica operations and what a replica changes for others: prerequisites, states,
// regional and global settings, and a key that its owner switches off.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  CreateUserPoolReplicaCommand,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DeleteUserPoolReplicaCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  GetUserPoolMfaConfigCommand,
  InitiateAuthCommand,
  ListTagsForResourceCommand,
  ListUserPoolReplicasCommand,
  ListUserPoolsCommand,
  SetUserPoolMfaConfigCommand,
  SignUpCommand,
  TagResourceCommand,
  UpdateUserPoolCommand,
  UpdateUserPoolReplicaCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand, DisableKeyCommand, EnableKeyCommand } from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import {
  activateReplica,
  cognitoOf,
  createPool,
  EAST,
  kmsOf,
  PASSWORD,
  type ReplicatedPool,
  signIn,
  WEST,
  waitForStatus,
} from '#test/support/replicated-pool.js'
import { startTwoRegions, type TwoRegions } from '#test/support/two-regions.js'
import { waitFor } from '#test/support/wait.js'

const NOT_ENABLED = { name: 'OperationNotEnabledException' }
const INVALID = { name: 'InvalidParameterException' }

let stack: TwoRegions
let pool: ReplicatedPool

before(async () => {
  stack = await startTwoRegions()
  pool = await createPool(stack, { users: 2 })
})

after(() => stack.stop())

const arnIn = (region: string, id: string) =>
  `arn:aws:cognito-idp:${region}:123456789012:userpool/${id}`

const create = (UserPoolId: string, RegionName = EAST, at = WEST) =>
  cognitoOf(stack, at).send(new CreateUserPoolReplicaCommand({ UserPoolId, RegionName }))

const update = (UserPoolId: string, Status: 'ACTIVE' | 'INACTIVE', at = WEST, RegionName = EAST) =>
  cognitoOf(stack, at).send(new UpdateUserPoolReplicaCommand({ UserPoolId, RegionName, Status }))

const remove = (UserPoolId: string, at = WEST) =>
  cognitoOf(stack, at).send(new DeleteUserPoolReplicaCommand({ UserPoolId, RegionName: EAST }))

async function plainPool(settings: object = {}): Promise<string> {
  const { UserPool } = await cognitoOf(stack, WEST).send(
    new CreateUserPoolCommand({ PoolName: 'plain', ...settings }),
  )
  return required(UserPool?.Id, 'pool')
}

test('CreateUserPoolReplica refuses a pool that is not ready for it', async () => {
  await assert.rejects(create('us-west-2_absent00'), { name: 'ResourceNotFoundException' })
  await assert.rejects(create(await plainPool()), {
    ...INVALID,
    message: /customer managed multi-Region key/,
  })
  const lite = await plainPool({ UserPoolTier: 'LITE' })
  await assert.rejects(create(lite), { name: 'FeatureUnavailableInTierException' })
  const { KeyMetadata } = await kmsOf(stack, WEST).send(new CreateKeyCommand({}))
  const single = await plainPool({
    KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: KeyMetadata?.Arn },
  })
  await assert.rejects(create(single), INVALID)
  // A multi-Region key that was never replicated to the target.
  const lonely = await kmsOf(stack, WEST).send(new CreateKeyCommand({ MultiRegion: true }))
  const unreplicated = await plainPool({
    KeyConfiguration: {
      KeyType: 'CUSTOMER_MANAGED_KEY',
      KmsKeyArn: lonely.KeyMetadata?.Arn,
    },
  })
  await assert.rejects(create(unreplicated), INVALID)
  await assert.rejects(create(pool.userPoolId, WEST), INVALID)
  await assert.rejects(create(pool.userPoolId, 'eu-west-3'), INVALID)
})

test('a replica goes from CREATING to INACTIVE, ACTIVE and back', async () => {
  const west = cognitoOf(stack, WEST)
  const created = await create(pool.userPoolId)
  assert.deepEqual(created.UserPoolReplica, {
    RegionName: EAST,
    Role: 'SECONDARY',
    Status: 'CREATING',
    UserPoolArn: arnIn(EAST, pool.userPoolId),
  })
  await waitForStatus(stack, pool.userPoolId, { status: 'INACTIVE' })
  await waitForStatus(stack, pool.userPoolId, { status: 'INACTIVE', at: EAST })
  await assert.rejects(create(pool.userPoolId), { name: 'LimitExceededException' })
  await assert.rejects(update(pool.userPoolId, 'INACTIVE', WEST, WEST), INVALID)
  await assert.rejects(update(pool.userPoolId, 'ACTIVE', WEST, 'eu-west-3'), {
    name: 'ResourceNotFoundException',
  })
  await assert.rejects(signIn(stack, EAST, pool, 'user-0'), NOT_ENABLED)

  // Either Region may say so.
  const { UserPoolReplica } = await update(pool.userPoolId, 'ACTIVE', EAST)
  assert.equal(UserPoolReplica?.Status, 'ACTIVE')
  await waitForStatus(stack, pool.userPoolId, { status: 'ACTIVE', at: WEST })
  assert.ok(await signIn(stack, EAST, pool, 'user-0'))
  await assert.rejects(remove(pool.userPoolId), INVALID)

  const listed = await west.send(new ListUserPoolReplicasCommand({ UserPoolId: pool.userPoolId }))
  assert.deepEqual(
    listed.UserPoolReplicas?.map(({ RegionName, Role, Status }) => [RegionName, Role, Status]),
    [
      [EAST, 'SECONDARY', 'ACTIVE'],
      [WEST, 'PRIMARY', 'ACTIVE'],
    ],
  )
  const { UserPools } = await cognitoOf(stack, EAST).send(
    new ListUserPoolsCommand({ MaxResults: 60 }),
  )
  assert.ok(UserPools?.some(({ Id }) => Id === pool.userPoolId))
})

test('a secondary refuses what writes the directory', async () => {
  const east = cognitoOf(stack, EAST)
  await assert.rejects(create(pool.userPoolId, EAST, EAST), NOT_ENABLED)
  await assert.rejects(remove(pool.userPoolId, EAST), NOT_ENABLED)
  await assert.rejects(
    east.send(new SignUpCommand({ ClientId: pool.clientId, Username: 'new', Password: PASSWORD })),
    NOT_ENABLED,
  )
  const user = { UserPoolId: pool.userPoolId, Username: 'temporary' }
  await assert.rejects(east.send(new AdminCreateUserCommand(user)), NOT_ENABLED)
  // A temporary password is right, but choosing the lasting one is for the primary.
  await cognitoOf(stack, WEST).send(
    new AdminCreateUserCommand({
      ...user,
      TemporaryPassword: PASSWORD,
      MessageAction: 'SUPPRESS',
    }),
  )
  await waitFor(
    () =>
      east.send(new AdminGetUserCommand(user)).then(
        () => true,
        () => false,
      ),
    { what: 'the user in the secondary' },
  )
  await assert.rejects(
    east.send(
      new InitiateAuthCommand({
        ClientId: pool.clientId,
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: 'temporary', PASSWORD },
      }),
    ),
    NOT_ENABLED,
  )
})

test('an address that waits for its proof is not in force in the secondary', async () => {
  const west = cognitoOf(stack, WEST)
  const east = cognitoOf(stack, EAST)
  const held = ['email' as const]
  await west.send(
    new UpdateUserPoolCommand({
      UserPoolId: pool.userPoolId,
      AutoVerifiedAttributes: held,
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: held },
    }),
  )
  const user = { UserPoolId: pool.userPoolId, Username: 'user-1' }
  const writes = { email: 'user-1@new.example', name: 'Written with it' }
  const UserAttributes = Object.entries(writes).map(([Name, Value]) => ({ Name, Value }))
  await west.send(new AdminUpdateUserAttributesCommand({ ...user, UserAttributes }))
  const there = async () => {
    const found = await east.send(new AdminGetUserCommand(user))
    return Object.fromEntries(found.UserAttributes?.map((a) => [a.Name, a.Value]) ?? [])
  }
  await waitFor(async () => (await there())['name'] === writes.name, { what: 'the write' })
  assert.equal((await there())['email'], 'user-1@example.com')
  const proven = { Name: 'email_verified', Value: 'true' }
  await west.send(
    new AdminUpdateUserAttributesCommand({ ...user, UserAttributes: [...UserAttributes, proven] }),
  )
  await waitFor(async () => (await there())['email'] === writes.email, { what: 'the address' })
})

test('regional settings and tags are each Region’s own, global ones the primary’s', async () => {
  const east = cognitoOf(stack, EAST)
  const { userPoolId } = pool
  const EmailConfiguration = { ReplyToEmailAddress: 'east@example.com' }
  await east.send(new UpdateUserPoolCommand({ UserPoolId: userPoolId, EmailConfiguration }))
  const lambda = 'arn:aws:lambda:us-east-1:123456789012:function:trigger'
  const LambdaConfig = { PreSignUp: lambda }
  await east.send(
    new UpdateUserPoolCommand({ UserPoolId: userPoolId, EmailConfiguration, LambdaConfig }),
  )
  await east.send(
    new TagResourceCommand({
      ResourceArn: arnIn(EAST, userPoolId),
      Tags: { side: 'secondary' },
    }),
  )
  await assert.rejects(
    east.send(
      new UpdateUserPoolCommand({
        UserPoolId: userPoolId,
        Policies: { PasswordPolicy: { MinimumLength: 20 } },
      }),
    ),
    INVALID,
  )
  const describe = async (region: string) =>
    required(
      (await cognitoOf(stack, region).send(new DescribeUserPoolCommand({ UserPoolId: userPoolId })))
        .UserPool,
      'pool',
    )
  const [there, here] = [await describe(EAST), await describe(WEST)]
  assert.equal(there.EmailConfiguration?.ReplyToEmailAddress, 'east@example.com')
  assert.equal(here.EmailConfiguration?.ReplyToEmailAddress, undefined)
  assert.equal(there.Arn, arnIn(EAST, userPoolId))
  assert.equal(here.Arn, arnIn(WEST, userPoolId))
  assert.match(String(there.KeyConfiguration?.KmsKeyArn), /^arn:aws:kms:us-east-1:.*:key\/mrk-/)
  assert.equal(here.KeyConfiguration?.KmsKeyArn, pool.keyArn)
  const tags = await cognitoOf(stack, WEST).send(
    new ListTagsForResourceCommand({ ResourceArn: arnIn(WEST, userPoolId) }),
  )
  assert.equal(tags.Tags?.['side'], undefined)
})

test('MFA settings are described in both Regions and changed in the primary', async () => {
  const UserPoolId = pool.userPoolId
  const passkeys = (RelyingPartyId: string) => ({ WebAuthnConfiguration: { RelyingPartyId } })
  const set = (at: string, config: object) =>
    cognitoOf(stack, at).send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...config }))
  const webAuthn = async (at: string) =>
    (await cognitoOf(stack, at).send(new GetUserPoolMfaConfigCommand({ UserPoolId })))
      .WebAuthnConfiguration?.RelyingPartyId
  await set(WEST, passkeys('a.example'))
  await waitFor(async () => (await webAuthn(EAST)) === 'a.example', { what: 'the setting' })
  await set(EAST, { MfaConfiguration: 'OFF', ...passkeys('a.example') })
  await assert.rejects(set(EAST, passkeys('b.example')), {
    ...INVALID,
    message:
      "WebAuthnConfiguration must match the primary Region's setting and can only be changed " +
      'there.',
  })
  assert.equal(await webAuthn(EAST), 'a.example')
})

test('a prefix domain is described where it was made, and a secondary makes its own', async () => {
  const [west, east] = [cognitoOf(stack, WEST), cognitoOf(stack, EAST)]
  const UserPoolId = pool.userPoolId
  await west.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: 'of-the-west' }))
  await east.send(new CreateUserPoolDomainCommand({ UserPoolId, Domain: 'of-the-east' }))
  const describe = async (region: string, Domain: string) =>
    (await cognitoOf(stack, region).send(new DescribeUserPoolDomainCommand({ Domain })))
      .DomainDescription?.UserPoolId
  assert.equal(await describe(WEST, 'of-the-west'), UserPoolId)
  assert.equal(await describe(EAST, 'of-the-west'), undefined)
  assert.equal(await describe(EAST, 'of-the-east'), UserPoolId)
  await east.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain: 'of-the-east' }))
  await west.send(new DeleteUserPoolDomainCommand({ UserPoolId, Domain: 'of-the-west' }))
})

test('a pool with a replica keeps its plan, its kind of key and itself', async () => {
  const west = cognitoOf(stack, WEST)
  const UserPoolId = pool.userPoolId
  await assert.rejects(west.send(new UpdateUserPoolCommand({ UserPoolId, UserPoolTier: 'LITE' })), {
    name: 'TierChangeNotAllowedException',
  })
  await assert.rejects(
    west.send(
      new UpdateUserPoolCommand({
        UserPoolId,
        KeyConfiguration: { KeyType: 'AWS_OWNED_KEY' },
      }),
    ),
    INVALID,
  )
  await assert.rejects(west.send(new DeleteUserPoolCommand({ UserPoolId })), INVALID)
})

test('a key that is switched off in one Region stops that Region only', async () => {
  const off = await createPool(stack, { users: 1 })
  await activateReplica(stack, off.userPoolId)
  const KeyId = required(off.keyArn.split('/').at(-1), 'key ID')
  await kmsOf(stack, EAST).send(new DisableKeyCommand({ KeyId }))
  const isStopped = () =>
    signIn(stack, EAST, off, 'user-0').then(
      () => false,
      (error) => /is in an invalid state/.test(error.message),
    )
  // Opened keys live for a minute at most.
  await waitFor(isStopped, { timeoutMs: 75_000, what: 'the pool to stop' })
  assert.ok(await signIn(stack, WEST, off, 'user-0'))
  await kmsOf(stack, EAST).send(new EnableKeyCommand({ KeyId }))
  assert.ok(await signIn(stack, EAST, off, 'user-0'))
})

test('a replica that was deleted is gone from the secondary, and can be made again', async () => {
  await update(pool.userPoolId, 'INACTIVE')
  const { UserPoolReplica } = await remove(pool.userPoolId)
  assert.equal(UserPoolReplica?.Status, 'DELETING')
  const describe = new DescribeUserPoolCommand({ UserPoolId: pool.userPoolId })
  await waitFor(
    () =>
      cognitoOf(stack, EAST)
        .send(describe)
        .then(
          () => false,
          (error) => error.name === 'ResourceNotFoundException',
        ),
    { timeoutMs: 30_000, what: 'the pool to vanish from the secondary' },
  )
  await waitFor(
    async () => {
      const { UserPoolReplicas } = await cognitoOf(stack, WEST).send(
        new ListUserPoolReplicasCommand({ UserPoolId: pool.userPoolId }),
      )
      return UserPoolReplicas?.length === 1
    },
    { timeoutMs: 30_000, what: 'the replica to be gone' },
  )
  await activateReplica(stack, pool.userPoolId)
  assert.ok(await signIn(stack, EAST, pool, 'user-1'))
})
