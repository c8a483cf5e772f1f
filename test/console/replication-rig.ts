// What the tests of the replication pages share: pools and keys as somebody has them who never saw
// the page, and the words by which the page names the steps.
import {
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand, ReplicateKeyCommand } from '@aws-sdk/client-kms'
import type { Locator } from 'playwright-core'
import { required } from '#base/assert.js'
import type { ConsolePage } from '#test/support/console-visit.js'
import { ACCOUNT_ID } from '#test/support/node-config.js'
import { addUser } from '#test/support/replicated-pool.js'
import { EAST, type TwoNodes } from '#test/support/two-nodes.js'

/** A pool under the service's own key, with one user. */
export async function makePool(nodes: TwoNodes, username: string) {
  const { cognito } = nodes.west
  const { UserPool } = await cognito.send(new CreateUserPoolCommand({ PoolName: 'people' }))
  const userPoolId = required(UserPool?.Id, 'pool')
  const { UserPoolClient } = await cognito.send(
    new CreateUserPoolClientCommand({
      UserPoolId: userPoolId,
      ClientName: 'app',
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    }),
  )
  await addUser(nodes, userPoolId, username)
  return { userPoolId, clientId: required(UserPoolClient?.ClientId, 'client') }
}

/** A key of the west, with the account's usual policy unless another is given. */
export async function makeKey(
  { west }: TwoNodes,
  options: {
    readonly isMultiRegion?: boolean
    readonly isReplicated?: boolean
    readonly policy?: string
  } = {},
) {
  const { isMultiRegion = true, isReplicated = false, policy: Policy } = options
  const { KeyMetadata } = await west.kms.send(
    new CreateKeyCommand({ MultiRegion: isMultiRegion, Policy }),
  )
  const keyId = required(KeyMetadata?.KeyId, 'key')
  if (isReplicated) {
    await west.kms.send(new ReplicateKeyCommand({ KeyId: keyId, ReplicaRegion: EAST, Policy }))
  }
  return { keyId, arn: required(KeyMetadata?.Arn, 'ARN') }
}

/** The account administers the key, and nobody may use it. */
export const ADMINISTERED_ONLY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` },
      Action: ['kms:DescribeKey', 'kms:GetKeyPolicy', 'kms:PutKeyPolicy', 'kms:ReplicateKey'],
      Resource: '*',
    },
  ],
})

/** The account may do everything, and nobody may decrypt. */
export const DENIED_TO_ALL = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${ACCOUNT_ID}:root` },
      Action: 'kms:*',
      Resource: '*',
    },
    {
      Sid: 'Nobody opens',
      Effect: 'Deny',
      Principal: '*',
      Action: 'kms:Decrypt',
      Resource: '*',
    },
  ],
})

/** The changes, each with the title of its dialog, its button, what is said after, what to type. */
export const USE_KEY = [
  'Use this key',
  'Use this key',
  'The user pool is encrypted under the key.',
] as const
export const CHANGE_ISSUER = [
  'Change issuer type to UPDATED',
  'Change issuer type',
  'The issuer type is UPDATED.',
  'UPDATED',
] as const
export const CREATE = [
  `Create a replica in ${EAST}`,
  'Create replica',
  `The replica in ${EAST} is being created.`,
] as const
export const ACTIVATE = [
  `Activate replica in ${EAST}`,
  'Activate replica',
  `The replica in ${EAST} is ACTIVE.`,
] as const
export const DEACTIVATE = [
  `Deactivate replica in ${EAST}`,
  'Deactivate replica',
  `The replica in ${EAST} is INACTIVE.`,
  'deactivate',
] as const
export const PUT_STATEMENTS = [
  'Put the statements into the policies',
  'Apply',
  'The policies have the statements.',
] as const
export const REPLICATE_KEY = [
  'Replicate key',
  'Replicate key',
  `The key is in ${EAST}, too.`,
] as const

export function addressOf(userPoolId: string, step = ''): string {
  return `#/pools/${userPoolId}/replication/${step}`
}

export function stepOf({ page }: ConsolePage, title: string): Locator {
  return page
    .getByRole('navigation', { name: 'Steps of replication' })
    .getByRole('listitem')
    .filter({ hasText: title })
}

/** Waits until the page says so of a step: `Done`, `Started`, `Not started`, `Blocked`. */
export function untilStep(visited: ConsolePage, title: string, state: string): Promise<void> {
  return stepOf(visited, title)
    .filter({ hasText: `${state}.` })
    .waitFor()
}

/** Follows the button to the next step. */
export async function goOn({ page }: ConsolePage, to: string): Promise<void> {
  await page.getByRole('link', { name: `Go on: ${to}`, exact: true }).click()
}
