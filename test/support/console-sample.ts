// What the console has to show: two pools, of which one has a replica that serves, with users,
// groups, clients, a domain, keys, usage in both Regions and entries in the audit.
import {
  AdminAddUserToGroupCommand,
  AdminDisableUserCommand,
  type CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  DescribeUserPoolCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateAliasCommand, GetKeyPolicyCommand, PutKeyPolicyCommand } from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { callAny } from '#cli/signed-call.js'
import {
  activateReplica,
  addUser,
  cognitoOf,
  createPool,
  EAST,
  type Endpoints,
  kmsOf,
  type ReplicatedPool,
  signIn,
  WEST,
} from './replicated-pool.js'
import { waitFor } from './wait.js'

export interface ConsoleSample {
  /** It has a replica. */
  readonly pool: ReplicatedPool
  readonly keyId: string
  readonly machineId: string
  /** A pool with nothing but its defaults. */
  readonly plainPoolId: string
  /** One of the users. */
  readonly username: string
  readonly group: string
}

const USERS = ['ada', 'alan', 'annie', 'barbara', 'donald', 'edsger', 'grace', 'hedy', 'katherine']
const FAMILY = ['Lovelace', 'Turing', 'Easley', 'Liskov', 'Knuth', 'Dijkstra', 'Hopper', 'Lamarr']

export async function makeConsoleSample(stack: Endpoints): Promise<ConsoleSample> {
  const west = cognitoOf(stack, WEST)
  const pool = await createPool(stack, {
    settings: {
      PoolName: 'customers',
      UserPoolTier: 'PLUS',
      UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' },
      AutoVerifiedAttributes: ['email'],
      DeletionProtection: 'ACTIVE',
      DeviceConfiguration: {
        ChallengeRequiredOnNewDevice: false,
        DeviceOnlyRememberedOnUserPrompt: true,
      },
      IssuerConfiguration: { Type: 'UPDATED' },
    },
    client: { ClientName: 'web' },
  })
  const keyId = pool.keyArn.replace(/^.*\//, '')
  await kmsOf(stack, WEST).send(
    new CreateAliasCommand({ AliasName: 'alias/customers', TargetKeyId: keyId }),
  )
  await addKeyStatements(stack, { keyId, userPoolId: pool.userPoolId })
  const machine = await addMachine(west, pool.userPoolId)
  const { UserPool } = await west.send(new CreateUserPoolCommand({ PoolName: 'employees' }))
  await tag(west, pool.userPoolId)
  await addPeople(stack, pool.userPoolId)
  await activateReplica(stack, pool.userPoolId)
  for (const region of [WEST, EAST]) {
    const domain = { UserPoolId: pool.userPoolId, Domain: domainIn(region) }
    await cognitoOf(stack, region).send(new CreateUserPoolDomainCommand(domain))
  }
  await use(stack, pool, machine)
  await observe(stack, pool.userPoolId)
  return {
    pool,
    keyId,
    machineId: machine.clientId,
    plainPoolId: required(UserPool?.Id, 'a pool'),
    username: 'ada',
    group: 'support',
  }
}

/** Puts the statements that the pool needs into the key's policy of each Region. */
async function addKeyStatements(
  stack: Endpoints,
  { keyId: KeyId, userPoolId: UserPoolId }: { keyId: string; userPoolId: string },
): Promise<void> {
  const input = { UserPoolId, RegionNames: [WEST, EAST] }
  const { Statements } = await callAny([targetOf(stack, WEST)], 'GetKeyStatements', input)
  for (const region of [WEST, EAST]) {
    const kms = kmsOf(stack, region)
    const { Policy } = await kms.send(new GetKeyPolicyCommand({ KeyId }))
    const policy = JSON.parse(required(Policy, 'policy')) as { Statement: unknown[] }
    policy.Statement.push(...(Statements as unknown[]))
    await kms.send(new PutKeyPolicyCommand({ KeyId, Policy: JSON.stringify(policy, undefined, 2) }))
  }
}

/** A domain is of one Region. */
function domainIn(region: string): string {
  return `customers-${region}`
}

interface Machine {
  readonly clientId: string
  readonly secret: string
}

async function addMachine(
  west: CognitoIdentityProviderClient,
  UserPoolId: string,
): Promise<Machine> {
  const Scopes = [
    { ScopeName: 'read', ScopeDescription: 'Read orders' },
    { ScopeName: 'write', ScopeDescription: 'Change orders' },
  ]
  await west.send(
    new CreateResourceServerCommand({ UserPoolId, Identifier: 'orders', Name: 'Orders', Scopes }),
  )
  const { UserPoolClient } = await west.send(
    new CreateUserPoolClientCommand({
      UserPoolId,
      ClientName: 'nightly-batch',
      GenerateSecret: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['orders/read'],
      AllowedOAuthFlowsUserPoolClient: true,
    }),
  )
  return {
    clientId: required(UserPoolClient?.ClientId, 'a client'),
    secret: required(UserPoolClient?.ClientSecret, 'a secret'),
  }
}

async function tag(west: CognitoIdentityProviderClient, UserPoolId: string): Promise<void> {
  const { UserPool } = await west.send(new DescribeUserPoolCommand({ UserPoolId }))
  const Tags = { team: 'identity', stage: 'production' }
  await west.send(new TagResourceCommand({ ResourceArn: UserPool?.Arn, Tags }))
}

async function addPeople(stack: Endpoints, UserPoolId: string): Promise<void> {
  const west = cognitoOf(stack, WEST)
  for (const [GroupName, Description] of [
    ['support', 'Answers customers'],
    ['administrators', 'May change everything'],
  ] as const) {
    await west.send(new CreateGroupCommand({ UserPoolId, GroupName, Description, Precedence: 10 }))
  }
  for (const [at, username] of USERS.entries()) {
    const name = { given_name: capital(username), family_name: FAMILY[at] ?? 'Johnson' }
    const email = { email: `${username}@example.com`, email_verified: 'true' }
    await addUser(stack, UserPoolId, username, { ...name, ...email })
  }
  for (const Username of ['ada', 'grace', 'hedy']) {
    const member = { UserPoolId, Username, GroupName: 'support' }
    await west.send(new AdminAddUserToGroupCommand(member))
  }
  await west.send(new AdminDisableUserCommand({ UserPoolId, Username: 'edsger' }))
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

/** Sign-ins and tokens of both Regions, until they are counted. */
async function use(stack: Endpoints, pool: ReplicatedPool, machine: Machine): Promise<void> {
  for (const region of [WEST, EAST]) {
    for (const username of ['ada', 'grace', 'alan']) {
      await signIn(stack, region, pool, username)
    }
    const { endpoint } = required(stack.regions[region], region)
    const basic = Buffer.from(`${machine.clientId}:${machine.secret}`).toString('base64')
    const body = new URLSearchParams({ grant_type: 'client_credentials', scope: 'orders/read' })
    const headers = { authorization: `Basic ${basic}` }
    const url = `${endpoint}/domain/${domainIn(region)}/oauth2/token`
    const response = await fetch(url, { method: 'POST', headers, body })
    if (!response.ok) throw new Error(`a token: ${await response.text()}`)
  }
}

function targetOf(stack: Endpoints, region: string) {
  const { endpoint } = required(stack.regions[region], region)
  return { region, endpoint, credentials: stack.credentials }
}

/** Until each Region has tried the key, which takes a minute unless it is done often. */
export async function untilKeysAreChecked(stack: Endpoints): Promise<void> {
  for (const region of [WEST, EAST]) {
    const isChecked = async () => {
      const output = await callAny([targetOf(stack, region)], 'ListKeyHealth', {})
      return Object.values(output).some((rows) => Array.isArray(rows) && rows.length > 0)
    }
    await waitFor(isChecked, { what: `the keys to be checked in ${region}` })
  }
}

/** Until each Region has compared all its rows with the copies in the other one. */
export async function untilCopiesAreCompared(stack: Endpoints): Promise<void> {
  for (const region of [WEST, EAST]) {
    const isCompared = async () => {
      const output = await callAny([targetOf(stack, region)], 'ListVerifications', {})
      const copies = output['Verifications'] as readonly { readonly VerifiedAt?: number }[]
      return copies.every(({ VerifiedAt }) => VerifiedAt !== undefined)
    }
    await waitFor(isCompared, { what: `${region} to have compared its copies` })
  }
}

/** Until the primary has noted that there is a replica, which takes a minute. */
export async function untilReplicasAreMetered(stack: Endpoints): Promise<void> {
  const isMetered = async () => {
    const { Pools } = await callAny([targetOf(stack, WEST)], 'GetUsage', { Month: monthNow() })
    return (Pools as { Replicas: readonly unknown[] }[]).some(({ Replicas }) => Replicas.length > 0)
  }
  await waitFor(isMetered, { what: 'the replica to be metered', timeoutMs: 90_000 })
}

/** What Regions find out by themselves after a while. */
async function observe(stack: Endpoints, UserPoolId: string): Promise<void> {
  const west = targetOf(stack, WEST)
  await callAny([west], 'CheckKey', { UserPoolId })
  await callAny([west], 'VerifyCopies', { UserPoolId, RegionName: EAST })
  const isCounted = async () => {
    const { Pools } = await callAny([west], 'GetUsage', { Month: monthNow() })
    const used = (Pools as { UserPoolId: string; MonthlyActiveUsers: number }[]).find(
      (each) => each.UserPoolId === UserPoolId,
    )
    return (used?.MonthlyActiveUsers ?? 0) > 0
  }
  await waitFor(isCounted, { what: 'the usage to be counted' })
}

function monthNow(): string {
  return new Date(Date.now()).toISOString().slice(0, 7)
}
