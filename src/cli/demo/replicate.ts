// The chapter of the replica: a multi-Region key, the shared issuer, CREATING to INACTIVE to
// ACTIVE, and the lag of single changes.
import {
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  CreateUserPoolReplicaCommand,
  ListUserPoolReplicasCommand,
  UpdateUserPoolCommand,
  UpdateUserPoolReplicaCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand, ReplicateKeyCommand } from '@aws-sdk/client-kms'
import { systemClock } from '#adapters/system/clock.js'
import { required } from '#base/assert.js'
import { CommandError } from '../failure.js'
import { duration, percentile } from './narrator.js'
import { nameOf, refresh, signIn, signInBySrp } from './people.js'
import { endpointOf, kmsClient, POOL_SETTINGS, type Story, sdkClient } from './story.js'
import { machineToken, verifierOf } from './tokens.js'

const REPLICA_TIMEOUT_MS = 120_000
const LAG_SAMPLES = 100
const SESSIONS = 20

export async function replicate(story: Story): Promise<void> {
  const { narrator, primaryRegion, secondaryRegion } = story
  narrator.chapter(`A replica in ${secondaryRegion}`)
  await narrator.step('a multi-Region key becomes the key of the pool', () => useOwnKey(story))
  await createReplica(story)
  await activate(story)
  narrator.chapter('Before the outage')
  await beginSessions(story)
  await measureLag(story)
  const verifier = await verifierOf(story)
  await narrator.promise(`tokens of ${primaryRegion} verify at the shared issuer`, async () => {
    for (const token of story.tokens) await verifier.verify(token)
    return `${story.tokens.length} tokens`
  })
  await narrator.promise(
    `${secondaryRegion} serves sign-ins while ${primaryRegion} is up`,
    async () => {
      const session = await signIn(sdkClient(story, secondaryRegion), story.pool, nameOf(0))
      await verifier.verify(session.idToken)
      story.tokens.push(session.idToken, session.accessToken)
      return undefined
    },
  )
}

async function useOwnKey(story: Story): Promise<void> {
  const { primaryRegion, secondaryRegion, pool } = story
  const kms = kmsClient(story, primaryRegion)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ MultiRegion: true }))
  const keyId = required(KeyMetadata?.KeyId, 'key ID')
  await kms.send(new ReplicateKeyCommand({ KeyId: keyId, ReplicaRegion: secondaryRegion }))
  await sdkClient(story, primaryRegion).send(
    new UpdateUserPoolCommand({
      UserPoolId: pool.userPoolId,
      ...POOL_SETTINGS,
      KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: KeyMetadata?.Arn },
      IssuerConfiguration: { Type: 'UPDATED' },
    }),
  )
}

async function createReplica(story: Story): Promise<void> {
  const { narrator, primaryRegion, secondaryRegion, pool } = story
  const client = sdkClient(story, primaryRegion)
  await narrator.promise('a new replica goes from CREATING to INACTIVE', async () => {
    const startedAtMs = performance.now()
    const created = await client.send(
      new CreateUserPoolReplicaCommand({
        UserPoolId: pool.userPoolId,
        RegionName: secondaryRegion,
      }),
    )
    if (created.UserPoolReplica?.Status !== 'CREATING')
      throw new CommandError('the status is not CREATING')
    await until(REPLICA_TIMEOUT_MS, async () => (await statusOf(story)) === 'INACTIVE')
    story.measures['replicaCreationMs'] = performance.now() - startedAtMs
    return duration(story.measures['replicaCreationMs'])
  })
}

async function activate(story: Story): Promise<void> {
  await sdkClient(story, story.primaryRegion).send(
    new UpdateUserPoolReplicaCommand({
      UserPoolId: story.pool.userPoolId,
      RegionName: story.secondaryRegion,
      Status: 'ACTIVE',
    }),
  )
  story.narrator.say(`the replica is ${await statusOf(story)}`)
}

async function statusOf(story: Story): Promise<string | undefined> {
  const { UserPoolReplicas = [] } = await sdkClient(story, story.primaryRegion).send(
    new ListUserPoolReplicasCommand({ UserPoolId: story.pool.userPoolId }),
  )
  return UserPoolReplicas.find(({ RegionName }) => RegionName === story.secondaryRegion)?.Status
}

/** Sessions that begin in the primary Region, the first of them by SRP. */
async function beginSessions(story: Story): Promise<void> {
  const { narrator, primaryRegion, pool } = story
  const client = sdkClient(story, primaryRegion)
  await narrator.promise(`users sign in at ${primaryRegion}, by SRP and by password`, async () => {
    const endpoint = endpointOf(story, primaryRegion)
    story.sessions.set(0, await signInBySrp(endpoint, pool, nameOf(0)))
    for (let at = 1; at < Math.min(SESSIONS, story.users); at += 1) {
      story.sessions.set(at, await signIn(client, pool, nameOf(at)))
    }
    for (const session of story.sessions.values()) {
      story.tokens.push(session.idToken, session.accessToken)
    }
    return `${story.sessions.size} sessions`
  })
  await narrator.promise('sessions are refreshed', async () => {
    const renewed = await refresh(client, pool, required(story.sessions.get(0), 'session'))
    story.tokens.push(renewed.idToken, renewed.accessToken)
    return undefined
  })
  await narrator.promise('machines get tokens at the edge', async () => {
    story.tokens.push(await machineToken(story))
    return undefined
  })
}

/** How long a change at the primary takes to be seen at the secondary, one after another. */
async function measureLag(story: Story): Promise<void> {
  const { narrator, primaryRegion, secondaryRegion, pool } = story
  const here = sdkClient(story, primaryRegion)
  const there = sdkClient(story, secondaryRegion)
  await narrator.promise(`changes arrive in ${secondaryRegion}`, async () => {
    const lags: number[] = []
    for (let at = 0; at < LAG_SAMPLES; at += 1) {
      const user = { UserPoolId: pool.userPoolId, Username: nameOf(at % story.users) }
      const value = `nick-${at}`
      const attribute = { Name: 'nickname', Value: value }
      await here.send(
        new AdminUpdateUserAttributesCommand({ ...user, UserAttributes: [attribute] }),
      )
      const startedAtMs = performance.now()
      await until(10_000, async () => {
        const { UserAttributes = [] } = await there.send(new AdminGetUserCommand(user))
        return UserAttributes.some(({ Name, Value }) => Name === 'nickname' && Value === value)
      })
      lags.push(performance.now() - startedAtMs)
    }
    story.measures['lagP50Ms'] = percentile(lags, 0.5)
    story.measures['lagP99Ms'] = percentile(lags, 0.99)
    return `p50 ${duration(percentile(lags, 0.5))}, p99 ${duration(percentile(lags, 0.99))}`
  })
}

/** Checks again until it is so. */
export async function until(timeoutMs: number, ask: () => Promise<boolean>): Promise<void> {
  const endsAtMs = performance.now() + timeoutMs
  while (!(await ask())) {
    if (performance.now() > endsAtMs) throw new CommandError(`not within ${timeoutMs} ms`)
    await systemClock.wait(1)
  }
}
