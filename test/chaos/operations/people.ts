// Users of a directory: made by an administrator or by signing up, changed, disabled, deleted, and
// made again under a name that somebody had.
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminRemoveUserFromGroupCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  ChangePasswordCommand,
  ConfirmSignUpCommand,
  SignUpCommand,
  UpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { isObject } from '#base/json.js'
import { waitFor } from '#test/support/wait.js'
import type { Chance } from '../chance.js'
import { Person, type PoolRecord } from '../record.js'
import { Register } from '../register.js'
import type { World } from '../world.js'
import { endSessions, mayHaveEnded } from './endings.js'
import { freePools, hasName, holding, type Operation, onPerson, write } from './operation.js'

const PEOPLE_MAX = 14

export function newPassword(world: World): string {
  return `Correct-horse-${world.record.nextNumber()}-battery`
}

/** A name that nobody has: a new one, or one that was given up. */
function freeName(world: World, pool: PoolRecord, chance: Chance): string {
  const given = [...pool.names].filter(([, holder]) => holder.isSurely(undefined))
  const reused = chance.is(0.6) ? chance.pick(given)?.[0] : undefined
  return reused ?? `user-${world.record.nextNumber()}`
}

function newPerson(
  world: World,
  pool: PoolRecord,
  of: { username: string; isConfirmed: boolean; own?: Person['factors']['own'] },
): Person {
  const { username } = of
  const label = `${username} #${world.record.nextNumber()} of ${pool.label}`
  const person = new Person(label, { pool, ...of, atMs: Date.now() })
  if (!pool.names.has(username)) {
    pool.names.set(username, new Register<Person | undefined>(undefined, 0))
  }
  return person
}

const isNameFree = ({ pool, username }: Person) =>
  pool.exists.isSurely(true) && pool.names.get(username)?.isSurely(undefined) === true
const isThere = (person: Person) => person.pool.exists.isSurely(true) && hasName(person)

/** Made by an administrator, with a password. */
export async function createPerson(
  world: World,
  pool: PoolRecord,
  username: string,
  own?: Person['factors']['own'],
): Promise<Person> {
  const person = newPerson(world, pool, { username, isConfirmed: true, own })
  const holder = pool.names.get(username)
  const user = { UserPoolId: pool.id, Username: username }
  const outcome = await write(world, {
    thing: person,
    pool,
    what: 'AdminCreateUser',
    isDue: () => isNameFree(person),
    send: () =>
      world.calls.cognito(pool.home, (client, options) =>
        client.send(
          new AdminCreateUserCommand({
            ...user,
            MessageAction: 'SUPPRESS',
            UserAttributes: [{ Name: 'email', Value: `${username}@example.com` }],
          }),
          options,
        ),
      ),
    done({ User }, atMs) {
      person.sub = User?.Attributes?.find(({ Name }) => Name === 'sub')?.Value
      holder?.write(person, atMs)
    },
    unknown: (atMs) => holder?.attempt(person, atMs),
  })
  if (outcome.kind === 'done') await setPassword(world, person)
  return person
}

async function signUp(world: World, pool: PoolRecord, username: string): Promise<void> {
  const person = newPerson(world, pool, { username, isConfirmed: false })
  // Whoever signs in by a code meanwhile is confirmed by it.
  await holding(person, () => signUpAs(world, person))
}

async function signUpAs(world: World, person: Person): Promise<void> {
  const { pool, username } = person
  const holder = pool.names.get(username)
  const password = newPassword(world)
  const call = { ClientId: pool.clientId, Username: username }
  const outcome = await write(world, {
    thing: person,
    pool,
    what: 'SignUp',
    isDue: () => isNameFree(person),
    send: () =>
      world.calls.cognito(pool.home, (client, options) =>
        client.send(
          new SignUpCommand({
            ...call,
            Password: password,
            UserAttributes: [{ Name: 'email', Value: `${username}@example.com` }],
          }),
          options,
        ),
      ),
    done({ UserSub }, atMs) {
      person.sub = UserSub
      person.password.write(password, atMs)
      holder?.write(person, atMs)
    },
    unknown(atMs) {
      person.password.attempt(password, atMs)
      holder?.attempt(person, atMs)
    },
  })
  if (outcome.kind !== 'done') return
  const code = await codeFor(world, person, { reason: 'SignUp', region: pool.home })
  if (code === undefined) return
  await write(world, {
    thing: person,
    pool,
    what: 'ConfirmSignUp',
    // By other clocks the code may be that of somebody who had the name before.
    isDue: () => isThere(person) && world.record.skewMs === 0,
    send: () =>
      world.calls.cognito(pool.home, (client, options) =>
        client.send(new ConfirmSignUpCommand({ ...call, ConfirmationCode: code }), options),
      ),
    done(_, atMs) {
      world.count('ConfirmSignUp')
      person.isConfirmed.write(true, atMs)
    },
    unknown: (atMs) => person.isConfirmed.attempt(true, atMs),
  })
}

/** The code that was sent last, as the outbox of the Region has it. */
export async function codeFor(
  world: World,
  { pool, username, sub }: Person,
  { reason, region }: { readonly reason: 'SignUp' | 'Authentication'; readonly region: string },
): Promise<string | undefined> {
  const read = async () => {
    const input = { UserPoolId: pool.id, MaxResults: 50 }
    const { Messages } = await world.calls.adminOrThrow(region, 'ListOutboxMessages', input)
    const messages = Array.isArray(Messages) ? Messages.filter(isObject) : []
    const own = messages.find(
      ({ Username, Reason }) => Reason === reason && (Username === username || Username === sub),
    )
    return typeof own?.['Code'] === 'string' ? own['Code'] : undefined
  }
  return waitFor(read, { what: 'a code', timeoutMs: 3000, intervalMs: 200 }).catch(() => undefined)
}

async function setPassword(world: World, person: Person): Promise<void> {
  const { pool, username } = person
  const password = newPassword(world)
  await write(world, {
    thing: person,
    pool,
    what: `AdminSetUserPassword ${password}`,
    isDue: () => isThere(person),
    send: () =>
      world.calls.cognito(pool.home, (client, options) =>
        client.send(
          new AdminSetUserPasswordCommand({
            UserPoolId: pool.id,
            Username: username,
            Password: password,
            Permanent: true,
          }),
          options,
        ),
      ),
    // A user whom nobody has confirmed is confirmed by it.
    done(_, atMs) {
      person.password.write(password, atMs)
      person.isConfirmed.write(true, atMs)
    },
    unknown(atMs) {
      person.password.attempt(password, atMs)
      person.isConfirmed.attempt(true, atMs)
    },
  })
}

/** The user's own change, with an access token of a session that is surely alive. */
async function changePassword(world: World, person: Person): Promise<void> {
  const session = person.sessions.find(({ state }) => state === 'alive')
  const previous = person.password.sure
  if (session === undefined || previous === undefined) return
  const password = newPassword(world)
  await write(world, {
    thing: person,
    pool: person.pool,
    what: `ChangePassword ${password}`,
    // Other guesses may have locked the user out, and a session may end meanwhile.
    isDue: () => false,
    send: () =>
      world.calls.cognito(person.pool.home, (client, options) =>
        client.send(
          new ChangePasswordCommand({
            AccessToken: session.accessToken,
            PreviousPassword: previous,
            ProposedPassword: password,
          }),
          options,
        ),
      ),
    done: (_, atMs) => person.password.write(password, atMs),
    unknown: (atMs) => person.password.attempt(password, atMs),
  })
}

async function changeProfile(world: World, person: Person, byUser: boolean): Promise<void> {
  const { pool, username } = person
  const nickname = `nick-${world.record.nextNumber()}`
  const UserAttributes = [{ Name: 'nickname', Value: nickname }]
  const session = person.sessions.find(({ state }) => state === 'alive')
  const isOwn = byUser && session !== undefined
  await write(world, {
    thing: person,
    pool,
    what: `${isOwn ? 'UpdateUserAttributes' : 'AdminUpdateUserAttributes'} ${nickname}`,
    isDue: () => !isOwn && isThere(person),
    send: () =>
      world.calls.cognito(pool.home, (client, options) =>
        isOwn
          ? client
              .send(
                new UpdateUserAttributesCommand({
                  AccessToken: session.accessToken,
                  UserAttributes,
                }),
                options,
              )
              .then(() => undefined)
          : client
              .send(
                new AdminUpdateUserAttributesCommand({
                  UserPoolId: pool.id,
                  Username: username,
                  UserAttributes,
                }),
                options,
              )
              .then(() => undefined),
      ),
    done: (_, atMs) => person.nickname.write(nickname, atMs),
    unknown: (atMs) => person.nickname.attempt(nickname, atMs),
  })
}

async function setEnabled(world: World, person: Person, isEnabled: boolean): Promise<void> {
  const { pool, username } = person
  const user = { UserPoolId: pool.id, Username: username }
  const what = isEnabled ? 'AdminEnableUser' : 'AdminDisableUser'
  const startedAtMs = Date.now()
  await write(world, {
    thing: person,
    pool,
    what,
    isDue: () => isThere(person),
    send: () =>
      world.calls.cognito(pool.home, async (client, options) => {
        if (isEnabled) await client.send(new AdminEnableUserCommand(user), options)
        else await client.send(new AdminDisableUserCommand(user), options)
      }),
    done(_, atMs) {
      person.isEnabled.write(isEnabled, atMs)
      if (!isEnabled) endSessions(world, person, { what, region: pool.home, startedAtMs, atMs })
    },
    unknown(atMs) {
      person.isEnabled.attempt(isEnabled, atMs)
      if (!isEnabled) mayHaveEnded(person, { what, region: pool.home, startedAtMs })
    },
  })
}

async function deletePerson(world: World, person: Person): Promise<void> {
  const { pool, username } = person
  const holder = pool.names.get(username)
  const ending = { what: 'AdminDeleteUser', region: pool.home, isDirectory: true }
  const startedAtMs = Date.now()
  await write(world, {
    thing: person,
    pool,
    what: 'AdminDeleteUser',
    isDue: () => isThere(person),
    send: () =>
      world.calls.cognito(pool.home, (client, options) =>
        client.send(
          new AdminDeleteUserCommand({ UserPoolId: pool.id, Username: username }),
          options,
        ),
      ),
    done(_, atMs) {
      holder?.write(undefined, atMs)
      endSessions(world, person, { ...ending, startedAtMs, atMs })
    },
    unknown(atMs) {
      holder?.attempt(undefined, atMs)
      mayHaveEnded(person, { ...ending, startedAtMs })
    },
  })
}

async function changeGroup(world: World, person: Person, group: string): Promise<void> {
  const { pool, username } = person
  const member = person.groups.get(group) ?? new Register(false, 0)
  person.groups.set(group, member)
  const joins = !member.isSurely(true)
  const input = { UserPoolId: pool.id, Username: username, GroupName: group }
  await write(world, {
    thing: person,
    pool,
    what: `${joins ? 'AdminAddUserToGroup' : 'AdminRemoveUserFromGroup'} ${group}`,
    isDue: () => isThere(person) && pool.groups.get(group)?.isSurely(true) === true,
    send: () =>
      world.calls.cognito(pool.home, async (client, options) => {
        if (joins) await client.send(new AdminAddUserToGroupCommand(input), options)
        else await client.send(new AdminRemoveUserFromGroupCommand(input), options)
      }),
    done: (_, atMs) => member.write(joins, atMs),
    unknown: (atMs) => member.attempt(joins, atMs),
  })
}

export const PEOPLE_OPERATIONS: readonly Operation[] = [
  {
    name: 'create a user',
    weight: 8,
    async run(world, chance) {
      const pools = freePools(world).filter((pool) => pool.people().length < PEOPLE_MAX)
      const pool = chance.pick(pools)
      if (pool === undefined) return
      const username = freeName(world, pool, chance)
      // Nobody else may choose this name meanwhile.
      const holder = pool.names.get(username)
      pool.names.set(username, holder ?? new Register<Person | undefined>(undefined, 0))
      if (world.namesUnderWay.has(`${pool.id} ${username}`)) return
      world.namesUnderWay.add(`${pool.id} ${username}`)
      try {
        if (chance.is(0.5)) await signUp(world, pool, username)
        else await createPerson(world, pool, username)
      } finally {
        world.namesUnderWay.delete(`${pool.id} ${username}`)
      }
    },
  },
  onPerson('change a profile', 6, (world, person, chance) =>
    changeProfile(world, person, chance.is(0.5)),
  ),
  onPerson('set a password', 4, setPassword),
  onPerson('change a password', 3, changePassword),
  onPerson('disable or enable', 5, async (world, person) => {
    await setEnabled(world, person, !person.isEnabled.isSurely(true))
  }),
  onPerson('delete a user', 3, async (world, person) => deletePerson(world, person)),
  onPerson('join or leave a group', 4, async (world, person, chance) => {
    const groups = [...person.pool.groups].filter(([, exists]) => exists.isSurely(true))
    const group = chance.pick(groups)?.[0]
    if (group !== undefined) await changeGroup(world, person, group)
  }),
]
