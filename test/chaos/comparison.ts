// The comparison in quiet: what both Regions' APIs say, against each other and against the record.
// What was uncertain is certain afterwards: the record takes over what was read.
import {
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  AdminListGroupsForUserCommand,
  DescribeUserPoolCommand,
  DescribeUserPoolDomainCommand,
  ListGroupsCommand,
  ListUserPoolClientsCommand,
  ListUserPoolReplicasCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { ask, nameOf, settle } from './asking.js'
import { type Outcome, wordsOf } from './calls.js'
import { compareFactors } from './factors-comparison.js'
import { keptPoolsTold } from './kept-pools.js'
import { askForMachine } from './operations/keys.js'
import { compareLockout } from './operations/lockouts.js'
import type { Person, PoolRecord, ReplicaState } from './record.js'
import type { Register } from './register.js'
import { answered, compareSessions } from './sessions-comparison.js'
import type { World } from './world.js'

export async function compare(world: World): Promise<void> {
  for (const pool of world.record.pools) {
    if (pool.exists.isSurely(false) && !pool.isTouched && pool.keeping === 'no') continue
    await comparePool(world, pool)
  }
}

async function comparePool(world: World, pool: PoolRecord): Promise<void> {
  const described = await ask(world, pool.home, (client, how) =>
    client.send(new DescribeUserPoolCommand({ UserPoolId: pool.id }), how),
  )
  const isThere = described.kind === 'done'
  settle(world, pool, { register: pool.exists, value: isThere, what: 'its existence' })
  if (!isThere) {
    pool.replica.settle('none', Date.now())
    await expectGone(world, pool)
    return
  }
  pool.keeping = 'no'
  await compareReplica(world, pool)
  const regions = pool.replica.isSurely('none') ? [pool.home] : [pool.home, pool.other]
  await compareLists(world, pool, regions)
  for (const username of pool.names.keys()) await compareName(world, pool, username)
  for (const person of pool.people()) await comparePerson(world, person, regions)
  const served = regions.filter((region) => region === pool.home || pool.replica.isSurely('ACTIVE'))
  await compareDomain(world, pool, served)
  for (const person of pool.everybody()) {
    await compareSessions(world, person, served)
    if (person.isVictim) await compareLockout(world, person, served)
  }
  for (const person of pool.people()) await compareFactors(world, person, { regions, served })
}

/** A pool that is gone is gone everywhere, unless its home lost it: then the copy is kept. */
async function expectGone(world: World, pool: PoolRecord): Promise<void> {
  const { home, other, keeping } = pool
  const described = await ask(world, other, (client, how) =>
    client.send(new DescribeUserPoolCommand({ UserPoolId: pool.id }), how),
  )
  const isThere = described.kind === 'done'
  if (isThere && keeping === 'no') {
    world.violate('both Regions say the same', pool, `it is gone, and ${other} has it`)
  }
  if (!isThere && keeping === 'must') {
    const detail = `${home} lost it by a restore, and ${other} did not keep it`
    world.violate('no acknowledged write is lost', pool, detail)
  }
  if (isThere && keeping !== 'no' && !keptPoolsTold(world.stack.region(other)).has(pool.id)) {
    const detail = `${other} keeps it, which ${home} lost by a restore, and does not tell anybody`
    world.violate('no acknowledged write is lost', pool, detail)
  }
}

async function compareReplica(world: World, pool: PoolRecord): Promise<void> {
  const stateAt = async (region: string): Promise<ReplicaState> => {
    const listed = await ask(world, region, (client, how) =>
      client.send(new ListUserPoolReplicasCommand({ UserPoolId: pool.id }), how),
    )
    const { UserPoolReplicas = [] } = listed.kind === 'done' ? listed.output : {}
    const found = UserPoolReplicas.find(({ RegionName }) => RegionName === pool.other)
    return (found?.Status as ReplicaState | undefined) ?? 'none'
  }
  const value = await stateAt(pool.home)
  settle(world, pool, { register: pool.replica, value, what: 'the state of its replica' })
  const there = await stateAt(pool.other)
  if (there !== value) {
    const detail = `its replica is ${value} at ${pool.home} and ${there} at ${pool.other}`
    world.violate('both Regions say the same', pool, detail)
  }
}

/** What the Regions list, which must be the same text. */
async function compareLists(
  world: World,
  pool: PoolRecord,
  regions: readonly string[],
): Promise<void> {
  const lists = await Promise.all(regions.map((region) => listsAt(world, pool, region)))
  const [home, other = home] = lists
  for (const name of ['users', 'groups', 'clients'] as const) {
    const [here, there] = [home?.[name].join('\n'), other?.[name].join('\n')]
    if (here === there) continue
    const detail = `its ${name} differ:\n${here}\nat ${pool.home}, and\n${there}\nat ${pool.other}`
    world.violate('both Regions say the same', pool, detail)
  }
  for (const [group, register] of pool.groups) {
    const value = home?.groups.some((text) => text.startsWith(`${group} `)) ?? false
    settle(world, pool, { register, value, what: `the existence of group ${group}` })
  }
  for (const { clientId, exists } of pool.clients) {
    const value = home?.clients.includes(clientId) ?? false
    settle(world, pool, { register: exists, value, what: `the existence of client ${clientId}` })
  }
  // A name that the record does not have was never given to anybody.
  for (const text of home?.users ?? []) {
    const username = text.split(' ')[0] ?? ''
    if (pool.names.has(username)) continue
    world.violate('no acknowledged write is lost', pool, `there is a user ${username}`)
  }
}

async function listsAt(world: World, pool: PoolRecord, region: string) {
  const UserPoolId = pool.id
  const users = await ask(world, region, async (client, how) => {
    const found: string[] = []
    let token: string | undefined
    do {
      const page = await client.send(
        new ListUsersCommand({ UserPoolId, PaginationToken: token }),
        how,
      )
      for (const user of page.Users ?? []) {
        const attributes = (user.Attributes ?? []).map(({ Name, Value }) => `${Name}=${Value}`)
        const { Username, UserStatus, Enabled, UserLastModifiedDate } = user
        const changed = UserLastModifiedDate?.toISOString()
        found.push([Username, UserStatus, Enabled, changed, ...attributes.sort()].join(' '))
      }
      token = page.PaginationToken
    } while (token !== undefined)
    return found.sort()
  })
  const groups = await ask(world, region, async (client, how) => {
    const page = await client.send(new ListGroupsCommand({ UserPoolId }), how)
    return (page.Groups ?? [])
      .map((group) => `${group.GroupName} ${group.Description ?? ''}`)
      .sort()
  })
  const clients = await ask(world, region, async (client, how) => {
    const input = { UserPoolId, MaxResults: 60 }
    const page = await client.send(new ListUserPoolClientsCommand(input), how)
    return (page.UserPoolClients ?? []).map(({ ClientId }) => ClientId ?? '').sort()
  })
  const textOf = (outcome: Outcome<string[]>) =>
    outcome.kind === 'done' ? outcome.output : [JSON.stringify(outcome)]
  return { users: textOf(users), groups: textOf(groups), clients: textOf(clients) }
}

/** A domain is described where it was made, and leads to the pool wherever that serves. */
async function compareDomain(
  world: World,
  pool: PoolRecord,
  served: readonly string[],
): Promise<void> {
  if (!pool.isLasting) return
  const described = await ask(world, pool.home, (client, how) =>
    client.send(new DescribeUserPoolDomainCommand({ Domain: pool.domain }), how),
  )
  const { DomainDescription } = described.kind === 'done' ? described.output : {}
  const value = DomainDescription?.UserPoolId === pool.id
  settle(world, pool, { register: pool.hasDomain, value, what: 'its domain' })
  for (const region of served) {
    const address = world.stack.region(region).endpoint
    const outcome = await answered(() =>
      askForMachine(world, pool, { region, address, name: region }),
    )
    if ((outcome.kind === 'done') === value) continue
    const detail = `a machine at ${region}, with its domain ${value}: ${wordsOf(outcome)}`
    world.violate('both Regions say the same', pool, detail)
  }
}

/** Who has the name: the one with that sub, or whoever may have been made by an unknown call. */
async function compareName(world: World, pool: PoolRecord, username: string): Promise<void> {
  const holder = pool.names.get(username)
  if (holder === undefined) return
  const found = await userAt(world, pool, username, pool.home)
  const value = found === undefined ? undefined : personOf(holder, found)
  if (found !== undefined && value === undefined) {
    const subs = holder.allowed().map((person) => `${nameOf(person)} ${person?.sub ?? ''}`)
    const detail = `${username} is the user ${subOf(found)}, and has to be ${subs.join(' or ')}`
    world.violate('no acknowledged write is lost', pool, detail)
    holder.settle(undefined, Date.now())
    return
  }
  const thing = value ?? holder.allowed().find((person) => person !== undefined) ?? pool
  settle(world, thing, { register: holder, value, what: `the user named ${username}` })
}

function personOf(
  holder: Register<Person | undefined>,
  found: AdminGetUserCommandOutput,
): Person | undefined {
  const sub = subOf(found)
  // Those of unknown creation have no sub yet; the last one asked is the likeliest to be there.
  const people = holder.allowed().filter((person) => person !== undefined)
  const known = people.find((person) => person.sub === sub)
  const unknown = people.filter((person) => person.sub === undefined).at(-1)
  const person = known ?? unknown
  if (person !== undefined) person.sub = sub
  return person
}

function subOf({ UserAttributes = [] }: AdminGetUserCommandOutput): string | undefined {
  return UserAttributes.find(({ Name }) => Name === 'sub')?.Value
}

async function userAt(world: World, pool: PoolRecord, username: string, region: string) {
  const input = { UserPoolId: pool.id, Username: username }
  const response = await ask(world, region, (client, how) =>
    client.send(new AdminGetUserCommand(input), how),
  )
  return response.kind === 'done' ? response.output : undefined
}

async function comparePerson(
  world: World,
  person: Person,
  regions: readonly string[],
): Promise<void> {
  const { pool, username } = person
  const found = await userAt(world, pool, username, pool.home)
  if (found === undefined) return
  const nickname = found.UserAttributes?.find(({ Name }) => Name === 'nickname')?.Value
  settle(world, person, { register: person.nickname, value: nickname, what: 'nickname' })
  const isEnabled = found.Enabled === true
  settle(world, person, { register: person.isEnabled, value: isEnabled, what: 'Enabled' })
  const isConfirmed = found.UserStatus !== 'UNCONFIRMED'
  settle(world, person, { register: person.isConfirmed, value: isConfirmed, what: 'CONFIRMED' })
  const memberships = await Promise.all(
    regions.map(async (region) => {
      const listed = await ask(world, region, (client, how) =>
        client.send(
          new AdminListGroupsForUserCommand({ UserPoolId: pool.id, Username: username }),
          how,
        ),
      )
      if (listed.kind !== 'done') return [JSON.stringify(listed)]
      return (listed.output.Groups ?? []).map(({ GroupName }) => GroupName ?? '').sort()
    }),
  )
  const [here = [], there = here] = memberships
  if (here.join() !== there.join()) {
    const detail = `groups are ${here} at ${pool.home} and ${there} at ${pool.other}`
    world.violate('both Regions say the same', person, detail)
  }
  for (const [group, register] of person.groups) {
    const value = here.includes(group)
    settle(world, person, { register, value, what: `membership of ${group}` })
  }
}
