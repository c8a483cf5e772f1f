// One node with two pools, and in each a client, a user and all that operations name: what a call
// of any operation needs to be a good one, before a test spoils one thing in it.

import {
  CreateGroupCommand,
  CreateResourceServerCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import type { AnyOperation } from '#api/cognito/operation.js'
import { implementedOperations } from '#api/cognito/registry.js'
import { required } from '#base/assert.js'
import { cognitoOperations } from '#contract/cognito.js'
import type { OperationSchema } from '#contract/schema.js'
import { openStorage } from '#test/support/database.js'
import { ACCOUNT_ID } from '#test/support/node-config.js'
import { sampleInput } from '#test/support/sample-input.js'
import {
  REGION,
  startTestApi,
  type TestApi,
  type TestApiOptions,
  type TestClient,
  type TokenStrings,
} from '#test/support/test-api.js'
import { type Answer, type Key, wireCall } from '#test/support/wire-call.js'
import { riddle } from '../../anomaly/riddle.js'
import { type Snapshot, takeSnapshot } from '../../anomaly/snapshot.js'

export interface Implemented {
  readonly operation: AnyOperation
  readonly schema: OperationSchema
}

/** Every operation that there is, so that a new one is tried like the others. */
export const IMPLEMENTED: readonly Implemented[] = Object.values(implementedOperations).map(
  (operation) => ({
    operation,
    schema: required(cognitoOperations.get(operation.name), operation.name),
  }),
)

/** A pool with what operations name. */
export interface PoolStage {
  readonly client: TestClient
  readonly username: string
  readonly tokens: TokenStrings
  /** The values of members that name things of the pool. */
  readonly known: Readonly<Record<string, unknown>>
}

export interface Stage {
  readonly api: TestApi
  makePool(): Promise<PoolStage>
  /** Sends the input; signed by the root key where the operation wants a signature. */
  call(operation: string, input: object, key?: Key | 'nobody'): Promise<Answer>
  snapshot(): Promise<Snapshot>
  stop(): Promise<void>
}

export async function startStage(options: TestApiOptions = {}): Promise<Stage> {
  const { limits, ...others } = options
  const api = await startTestApi({
    // Nothing happens by itself, so that what has changed was changed by a call.
    beatMs: 600_000,
    limits: { bodyBytesMax: 4_000_000, codesPerHourMax: 1_000_000, ...limits },
    // The functions that cases of custom sign-ins expect.
    triggers: riddle,
    ...others,
  })
  const storage = await openStorage({ region: REGION, url: api.config.database.url })
  const { endpoint } = api
  return {
    api,
    makePool: () => makePool(api),
    call(name, input, key) {
      const isSigned = implementedOperations[name as keyof typeof implementedOperations]
      const own = isSigned.auth === 'iam' ? {} : { key: undefined }
      const signer = key === undefined ? own : { key: key === 'nobody' ? undefined : key }
      return wireCall({ endpoint, region: REGION, ...signer }, name, input)
    },
    snapshot: () => takeSnapshot(storage.database),
    async stop() {
      await storage.close()
      await api.stop()
    },
  }
}

let made = 0

async function makePool(api: TestApi): Promise<PoolStage> {
  const UserPoolId = await api.makePool()
  const client = await api.makeClient(UserPoolId)
  made += 1
  const username = `person-${made}`
  await api.makeUser(UserPoolId, username)
  const tokens = await api.signIn(client, username)
  const GroupName = `group-${made}`
  await api.cognito.send(new CreateGroupCommand({ UserPoolId, GroupName }))
  const Identifier = `https://server-${made}`
  const server = { UserPoolId, Identifier, Name: 'server' }
  await api.cognito.send(new CreateResourceServerCommand(server))
  const known = {
    UserPoolId,
    GroupName,
    Identifier,
    ClientId: client.clientId,
    ResourceArn: `arn:aws:cognito-idp:${REGION}:${ACCOUNT_ID}:userpool/${UserPoolId}`,
    Username: username,
    AccessToken: tokens.access,
  }
  return { client, username, tokens, known }
}

/** An input that the contract accepts, about what is in the pool. */
export function inputOf({ schema }: Implemented, { known }: PoolStage): Record<string, unknown> {
  return sampleInput(schema, known)
}
