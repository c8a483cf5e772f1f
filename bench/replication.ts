// Replication: how fast a replica of 100,000 users is made, and how late a change arrives while
// 300 users a second sign up.
import {
  AdminGetUserCommand,
  type CognitoIdentityProviderClient,
  CreateUserPoolReplicaCommand,
  ListUserPoolReplicasCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand, type KMSClient, ReplicateKeyCommand } from '@aws-sdk/client-kms'
import { systemClock } from '#adapters/system/clock.js'
import { required } from '#base/assert.js'
import { percentile } from '#cli/demo/narrator.js'
import { apiCall, requireSuccess } from './load.js'
import { PASSWORD } from './paths.js'

const CREATION_TIMEOUT_MS = 300_000
const SIGN_UPS_PER_SECOND = 300
const SAMPLE_EVERY = 15
const WARM_UP_SECONDS = 5
// Asking costs CPU that the copying needs.
const POLL_MS = 100

export async function useMultiRegionKey(options: {
  readonly kms: KMSClient
  readonly client: CognitoIdentityProviderClient
  readonly poolId: string
  readonly replicaRegion: string
}): Promise<void> {
  const { kms, client, poolId, replicaRegion } = options
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({ MultiRegion: true }))
  const keyId = required(KeyMetadata?.KeyId, 'key ID')
  await kms.send(new ReplicateKeyCommand({ KeyId: keyId, ReplicaRegion: replicaRegion }))
  await client.send(
    new UpdateUserPoolCommand({
      UserPoolId: poolId,
      KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: KeyMetadata?.Arn },
    }),
  )
}

/** Milliseconds from CreateUserPoolReplica to INACTIVE. */
export async function timeReplica(
  client: CognitoIdentityProviderClient,
  poolId: string,
  region: string,
): Promise<number> {
  const startedAtMs = performance.now()
  await client.send(new CreateUserPoolReplicaCommand({ UserPoolId: poolId, RegionName: region }))
  for (;;) {
    const { UserPoolReplicas = [] } = await client.send(
      new ListUserPoolReplicasCommand({ UserPoolId: poolId }),
    )
    const replica = UserPoolReplicas.find(({ RegionName }) => RegionName === region)
    if (replica?.Status === 'INACTIVE') return performance.now() - startedAtMs
    if (performance.now() - startedAtMs > CREATION_TIMEOUT_MS) {
      throw new Error('the replica was not made in time')
    }
    await systemClock.wait(POLL_MS)
  }
}

interface LagOptions {
  readonly endpoint: string
  readonly there: CognitoIdentityProviderClient
  readonly poolId: string
  readonly clientId: string
  readonly seconds: number
}

interface Lag {
  readonly p50Ms: number
  readonly p99Ms: number
  readonly signUpsPerSecond: number
}

/** The lag under a steady load, once the code that the load runs has been compiled. */
export async function measureLag(options: LagOptions): Promise<Lag> {
  await lagOf({ ...options, seconds: WARM_UP_SECONDS, prefix: 'early' })
  return lagOf({ ...options, prefix: 'late' })
}

/**
 * Lag of sampled sign-ups, from the response of the primary to the first sight at the secondary.
 */
async function lagOf(options: LagOptions & { readonly prefix: string }): Promise<Lag> {
  const { endpoint, there, poolId, clientId, seconds, prefix } = options
  const lags: number[] = []
  const pending: Promise<void>[] = []
  const total = SIGN_UPS_PER_SECOND * seconds
  const startedAtMs = performance.now()
  for (let at = 0; at < total; at += 1) {
    const dueMs = startedAtMs + (at * 1000) / SIGN_UPS_PER_SECOND
    const waitMs = dueMs - performance.now()
    if (waitMs > 1) await systemClock.wait(waitMs)
    const Username = `${prefix}-${at}`
    const input = { ClientId: clientId, Username, Password: PASSWORD }
    const signedUp = requireSuccess(apiCall(endpoint, 'SignUp', input))
    const seen = at % SAMPLE_EVERY === 0
    pending.push(
      signedUp.then(async () => {
        if (seen) lags.push(await timeUntilSeen(there, poolId, Username))
      }),
    )
  }
  await Promise.all(pending)
  const elapsedSeconds = (performance.now() - startedAtMs) / 1000
  return {
    p50Ms: percentile(lags, 0.5),
    p99Ms: percentile(lags, 0.99),
    signUpsPerSecond: total / elapsedSeconds,
  }
}

async function timeUntilSeen(
  there: CognitoIdentityProviderClient,
  poolId: string,
  username: string,
): Promise<number> {
  const startedAtMs = performance.now()
  for (;;) {
    try {
      await there.send(new AdminGetUserCommand({ UserPoolId: poolId, Username: username }))
      return performance.now() - startedAtMs
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'UserNotFoundException') throw error
    }
  }
}
