// Pools with their clients, groups, domains and replicas: made, changed and deleted.
import {
  CreateGroupCommand,
  CreateResourceServerCommand,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  CreateUserPoolDomainCommand,
  CreateUserPoolReplicaCommand,
  DeleteGroupCommand,
  DeleteUserPoolClientCommand,
  DeleteUserPoolCommand,
  DeleteUserPoolDomainCommand,
  DeleteUserPoolReplicaCommand,
  UpdateUserPoolReplicaCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { CreateKeyCommand, ReplicateKeyCommand } from '@aws-sdk/client-kms'
import { type Outcome, wordsOf } from '../calls.js'
import type { Chance } from '../chance.js'
import { PoolRecord, type ReplicaState } from '../record.js'
import { Register } from '../register.js'
import type { World } from '../world.js'
import { furnishFactors, lastingSettings } from './furniture.js'
import { freePools, holding, type Operation, type Write, write } from './operation.js'

const PASSING_POOLS_MAX = 3
const SCOPE = { ScopeName: 'read', ScopeDescription: 'Read' }

/** A key in both Regions and a pool under it; undefined when anything was not acknowledged. */
export async function createPool(
  world: World,
  options: { home: string; isLasting: boolean },
): Promise<PoolRecord | undefined> {
  const { home, isLasting } = options
  const other = world.stack.peerOf(home).name
  const { calls } = world
  const key = await calls.kms(home, (kms, how) =>
    kms.send(new CreateKeyCommand({ MultiRegion: true }), how),
  )
  if (key.kind !== 'done') return undefined
  const { KeyId: keyId = '', Arn: arn = '' } = key.output.KeyMetadata ?? {}
  const replicated = await calls.kms(home, (kms, how) =>
    kms.send(new ReplicateKeyCommand({ KeyId: keyId, ReplicaRegion: other }), how),
  )
  if (replicated.kind !== 'done') return undefined
  const label = `pool-${world.record.nextNumber()}`
  const made = await calls.cognito(home, (client, how) =>
    client.send(
      new CreateUserPoolCommand({
        PoolName: label,
        AutoVerifiedAttributes: ['email'],
        KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: arn },
        ...(isLasting && lastingSettings(home)),
      }),
      how,
    ),
  )
  // Nobody knows the ID of a pool whose creation was not acknowledged, so it is nobody's.
  if (made.kind !== 'done') return undefined
  const id = made.output.UserPool?.Id ?? ''
  const pool = new PoolRecord({ label, id, home, other, keyId, isLasting, atMs: Date.now() })
  world.note(pool, `${id} made at ${home} under key ${keyId}`)
  const clientId = await createClient(world, pool)
  if (clientId === undefined) return undefined
  pool.clientId = clientId
  if (isLasting) pool.functionsAt.add(home)
  world.record.pools.push(pool)
  return pool
}

async function createClient(
  world: World,
  pool: PoolRecord,
  settings: object = {},
): Promise<string | undefined> {
  const outcome = await world.calls.cognito(pool.home, (client, how) =>
    client.send(
      new CreateUserPoolClientCommand({
        UserPoolId: pool.id,
        ClientName: 'people',
        ExplicitAuthFlows: [
          'ALLOW_USER_PASSWORD_AUTH',
          'ALLOW_USER_SRP_AUTH',
          'ALLOW_USER_AUTH',
          'ALLOW_CUSTOM_AUTH',
          'ALLOW_REFRESH_TOKEN_AUTH',
        ],
        ...settings,
      }),
      how,
    ),
  )
  world.note(pool, `CreateUserPoolClient: ${wordsOf(outcome)}`)
  return outcome.kind === 'done' ? outcome.output.UserPoolClient?.ClientId : undefined
}

/** What a pool that stays has besides: a rotating client, a machine's client, a domain, groups. */
export async function furnish(world: World, pool: PoolRecord): Promise<void> {
  const rotating = await createClient(world, pool, {
    ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'],
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
  })
  pool.rotatingClientId = rotating ?? ''
  const identifier = 'chaos'
  await world.calls.cognito(pool.home, (client, how) =>
    client.send(
      new CreateResourceServerCommand({
        UserPoolId: pool.id,
        Identifier: identifier,
        Name: identifier,
        Scopes: [SCOPE],
      }),
      how,
    ),
  )
  const scope = `${identifier}/${SCOPE.ScopeName}`
  const made = await world.calls.cognito(pool.home, (client, how) =>
    client.send(
      new CreateUserPoolClientCommand({
        UserPoolId: pool.id,
        ClientName: 'machine',
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthScopes: [scope],
      }),
      how,
    ),
  )
  if (made.kind === 'done') {
    const { ClientId: clientId = '', ClientSecret: secret = '' } = made.output.UserPoolClient ?? {}
    pool.machine = { clientId, secret, scope }
  }
  await furnishFactors(world, pool, scope)
  await changeDomain(world, pool)
  for (const group of ['red', 'blue']) await changeGroup(world, pool, group)
}

const exists = (pool: PoolRecord) => pool.exists.isSurely(true)

/** A write upon a pool as a whole, which its history tells. */
function writePool<T>(
  world: World,
  pool: PoolRecord,
  request: Omit<Write<T>, 'thing' | 'pool'>,
): Promise<Outcome<T>> {
  return write(world, { thing: pool, pool, ...request })
}

/** Makes a register's value another one by a call. */
function toggle(
  world: World,
  pool: PoolRecord,
  change: {
    what: string
    register: Register<boolean>
    send: (makes: boolean) => Promise<Outcome<unknown>>
  },
): Promise<Outcome<unknown>> {
  const { what, register, send } = change
  const makes = !register.isSurely(true)
  return writePool(world, pool, {
    what: `${makes ? 'Create' : 'Delete'}${what}`,
    touches: register === pool.hasDomain,
    // Where it is unknown whether it exists, either response is right.
    isDue: () => exists(pool) && register.isSurely(!makes),
    send: () => send(makes),
    done: (_, atMs) => register.write(makes, atMs),
    unknown: (atMs) => register.attempt(makes, atMs),
  })
}

export async function changeDomain(world: World, pool: PoolRecord): Promise<void> {
  const input = { UserPoolId: pool.id, Domain: pool.domain }
  await toggle(world, pool, {
    what: 'UserPoolDomain',
    register: pool.hasDomain,
    send: (makes) =>
      world.calls.cognito(pool.home, async (client, how) => {
        if (makes) await client.send(new CreateUserPoolDomainCommand(input), how)
        else await client.send(new DeleteUserPoolDomainCommand(input), how)
      }),
  })
}

async function changeGroup(world: World, pool: PoolRecord, group: string): Promise<void> {
  const register = pool.groups.get(group) ?? new Register(false, 0)
  pool.groups.set(group, register)
  const input = { UserPoolId: pool.id, GroupName: group }
  const wasMade = register.isSurely(true)
  const outcome = await toggle(world, pool, {
    what: `Group ${group}`,
    register,
    send: (makes) =>
      world.calls.cognito(pool.home, async (client, how) => {
        if (makes) await client.send(new CreateGroupCommand(input), how)
        else await client.send(new DeleteGroupCommand(input), how)
      }),
  })
  if (!wasMade) return
  // With a group go its memberships.
  for (const person of pool.everybody()) {
    const member = person.groups.get(group)
    if (outcome.kind === 'done') member?.write(false, Date.now())
    if (outcome.kind === 'unknown') member?.attempt(false, Date.now())
  }
}

async function changeClient(world: World, pool: PoolRecord): Promise<void> {
  const client = pool.clients.find(({ exists: register }) => register.isSurely(true))
  if (client === undefined) {
    const clientId = await createClient(world, pool)
    if (clientId !== undefined) {
      const register = new Register(false, 0)
      register.write(true, Date.now())
      pool.clients.push({ clientId, exists: register })
    }
    return
  }
  await toggle(world, pool, {
    what: `UserPoolClient ${client.clientId}`,
    register: client.exists,
    send: () =>
      world.calls.cognito(pool.home, (cognito, how) =>
        cognito.send(
          new DeleteUserPoolClientCommand({ UserPoolId: pool.id, ClientId: client.clientId }),
          how,
        ),
      ),
  })
}

export async function createReplica(world: World, pool: PoolRecord): Promise<void> {
  const input = { UserPoolId: pool.id, RegionName: pool.other }
  await writePool(world, pool, {
    what: 'CreateUserPoolReplica',
    // The other Region is asked for its key, and may be away.
    isDue: () => false,
    send: () =>
      world.calls.cognito(pool.home, (client, how) =>
        client.send(new CreateUserPoolReplicaCommand(input), how),
      ),
    done(_, atMs) {
      pool.replica.write('INACTIVE', atMs)
      // It is undone when the key is refused meanwhile.
      if (pool.hasKeyTrouble) pool.replica.attempt('none', atMs)
    },
    unknown: (atMs) => pool.replica.attempt('INACTIVE', atMs),
  })
}

/** Says that a replica is to be active or not, in either Region. */
export async function activate(
  world: World,
  pool: PoolRecord,
  options: { status: 'ACTIVE' | 'INACTIVE'; region: string },
): Promise<void> {
  const { status, region } = options
  const before = pool.replica.allowed()
  await writePool(world, pool, {
    what: `UpdateUserPoolReplica ${status} at ${region},`,
    isDue: () => false,
    send: () =>
      world.calls.cognito(region, (client, how) =>
        client.send(
          new UpdateUserPoolReplicaCommand({
            UserPoolId: pool.id,
            RegionName: pool.other,
            Status: status,
          }),
          how,
        ),
      ),
    done(_, atMs) {
      pool.replica.write(status, atMs)
      // The newest statement holds, by clocks that may disagree.
      if (world.record.skewMs > 0) for (const old of before) pool.replica.attempt(old, atMs)
    },
    unknown: (atMs) => pool.replica.attempt(status, atMs),
  })
}

async function deleteReplica(world: World, pool: PoolRecord): Promise<void> {
  const input = { UserPoolId: pool.id, RegionName: pool.other }
  await writePool(world, pool, {
    what: 'DeleteUserPoolReplica',
    isDue: () => false,
    send: () =>
      world.calls.cognito(pool.home, (client, how) =>
        client.send(new DeleteUserPoolReplicaCommand(input), how),
      ),
    done: (_, atMs) => pool.replica.write('none', atMs),
    unknown: (atMs) => pool.replica.attempt('none', atMs),
  })
}

async function deletePool(world: World, pool: PoolRecord): Promise<void> {
  await writePool(world, pool, {
    what: 'DeleteUserPool',
    isDue: () => exists(pool) && pool.replica.isSurely('none') && !pool.isTouched,
    send: () =>
      world.calls.cognito(pool.home, (client, how) =>
        client.send(new DeleteUserPoolCommand({ UserPoolId: pool.id }), how),
      ),
    done: (_, atMs) => pool.exists.write(false, atMs),
    unknown: (atMs) => pool.exists.attempt(false, atMs),
  })
}

/** The next step in the life of a pool that passes. */
async function passOn(world: World, pool: PoolRecord, chance: Chance): Promise<void> {
  const states: readonly ReplicaState[] = pool.replica.allowed()
  if (states.length > 1) return
  if (pool.replica.isSurely('none')) {
    if (chance.is(0.7)) await createReplica(world, pool)
    else await deletePool(world, pool)
  } else if (pool.replica.isSurely('INACTIVE') && chance.is(0.5)) {
    await activate(world, pool, { status: 'ACTIVE', region: chance.pick(both(pool)) ?? pool.home })
  } else if (chance.is(0.5)) {
    await deleteReplica(world, pool)
  }
}

const both = ({ home, other }: PoolRecord) => [home, other]

/** Works on a pool with which nobody, nor with anybody of it, is at work. */
const onPoolChange = (
  name: string,
  weight: number,
  work: (world: World, pool: PoolRecord, chance: Chance) => Promise<void>,
  suits: (pool: PoolRecord) => boolean = () => true,
): Operation => ({
  name,
  weight,
  async run(world, chance) {
    const quiet = freePools(world).filter(
      (pool) => suits(pool) && pool.everybody().every((person) => !person.isBusy),
    )
    const pool = chance.pick(quiet)
    if (pool !== undefined) await holding(pool, () => work(world, pool, chance))
  },
})

export const POOL_OPERATIONS: readonly Operation[] = [
  onPoolChange('create or delete a group', 2, (world, pool, chance) =>
    changeGroup(world, pool, chance.pick(['red', 'blue', 'green']) ?? 'red'),
  ),
  onPoolChange('create or delete a client', 2, async (world, pool) => changeClient(world, pool)),
  onPoolChange(
    'create or delete a domain',
    1,
    async (world, pool) => changeDomain(world, pool),
    ({ isLasting }) => isLasting,
  ),
  onPoolChange('move a pool on', 4, passOn, ({ isLasting }) => !isLasting),
  onPoolChange(
    'switch a replica off or on',
    0.5,
    async (world, pool, chance) => {
      const status = pool.replica.isSurely('ACTIVE') ? 'INACTIVE' : 'ACTIVE'
      await activate(world, pool, { status, region: chance.pick(both(pool)) ?? pool.home })
    },
    ({ isLasting }) => isLasting,
  ),
  {
    name: 'create a pool',
    weight: 2,
    async run(world, chance) {
      const passing = world.record.pools.filter(
        (pool) => !pool.isLasting && !pool.exists.isSurely(false),
      )
      if (passing.length >= PASSING_POOLS_MAX) return
      const home = chance.pick(world.homes)
      if (home !== undefined) await createPool(world, { home, isLasting: false })
    },
  },
]
