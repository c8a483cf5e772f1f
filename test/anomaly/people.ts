// Pools, clients and users for the cases, made by calls that succeed.
import { systemRandom } from '#adapters/system/random.js'
import { type Rig, textAt } from './rig.js'

export const PASSWORD = 'Correct-horse-7-battery'
export const NEW_PASSWORD = 'Another-horse-8-stable'

/** A message is counted before it is sent, and what is written behind it may fail. */
export const COUNTED = {
  changes: ['send_limits: row added'],
  because: 'the user may ask for one code less within the hour',
}

export interface Place {
  readonly UserPoolId: string
  readonly ClientId: string
}

export interface Person extends Place {
  readonly Username: string
}

export interface SignedIn extends Person {
  readonly AccessToken: string
  readonly RefreshToken: string
}

/** A name that no user has. */
export function newName(): string {
  return `n${systemRandom.uuid().slice(0, 13)}`
}

export async function makePool(rig: Rig, input: object = {}): Promise<string> {
  const created = await rig.ok('CreateUserPool', {
    PoolName: 'people',
    AutoVerifiedAttributes: ['email'],
    ...input,
  })
  return textAt(created, 'UserPool', 'Id')
}

/** A pool and a client, which calls with the same settings have in common. */
export function makePlace(rig: Rig, pool: object = {}, client: object = {}): Promise<Place> {
  return rig.once(JSON.stringify([pool, client]), () => makeNewPlace(rig, pool, client))
}

export async function makeNewPlace(
  rig: Rig,
  pool: object = {},
  client: object = {},
): Promise<Place> {
  const UserPoolId = await makePool(rig, pool)
  const created = await rig.ok('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'app',
    ExplicitAuthFlows: [
      'ALLOW_USER_PASSWORD_AUTH',
      'ALLOW_ADMIN_USER_PASSWORD_AUTH',
      'ALLOW_USER_SRP_AUTH',
      'ALLOW_REFRESH_TOKEN_AUTH',
    ],
    ...client,
  })
  return { UserPoolId, ClientId: textAt(created, 'UserPoolClient', 'ClientId') }
}

export function attributes(values: Readonly<Record<string, string>>) {
  return Object.entries(values).map(([Name, Value]) => ({ Name, Value }))
}

/** A user with a lasting password and a verified address. */
export async function makeUser(rig: Rig, place: Place): Promise<Person> {
  const person = await inviteUser(rig, place)
  await rig.ok('AdminSetUserPassword', {
    UserPoolId: place.UserPoolId,
    Username: person.Username,
    Password: PASSWORD,
    Permanent: true,
  })
  return person
}

/** A user who must replace a temporary password, which is PASSWORD. */
export async function inviteUser(rig: Rig, place: Place): Promise<Person> {
  const Username = newName()
  await rig.ok('AdminCreateUser', {
    UserPoolId: place.UserPoolId,
    Username,
    TemporaryPassword: PASSWORD,
    MessageAction: 'SUPPRESS',
    UserAttributes: attributes({ email: `${Username}@example.com`, email_verified: 'true' }),
  })
  return { ...place, Username }
}

/** A user who has signed up and not confirmed it. */
export async function signUp(
  rig: Rig,
  place: Place,
  email = `${newName()}@example.com`,
): Promise<Person> {
  const Username = newName()
  await rig.ok('SignUp', {
    ClientId: place.ClientId,
    Username,
    Password: PASSWORD,
    UserAttributes: attributes({ email }),
  })
  return { ...place, Username }
}

export async function signIn(rig: Rig, person: Person): Promise<SignedIn> {
  const signedIn = await rig.ok('InitiateAuth', passwordSignIn(person))
  const token = (name: string) => textAt(signedIn, 'AuthenticationResult', name)
  return { ...person, AccessToken: token('AccessToken'), RefreshToken: token('RefreshToken') }
}

export function passwordSignIn({ ClientId, Username }: Person, password = PASSWORD) {
  return {
    ClientId,
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: Username, PASSWORD: password },
  }
}

export async function makeSignedIn(rig: Rig): Promise<SignedIn> {
  return signIn(rig, await makeUser(rig, await makePlace(rig)))
}

/** An app client that is a machine: what GetClientToken takes. */
export async function makeMachine(rig: Rig): Promise<{ ClientId: string; Secret: string }> {
  const UserPoolId = await makePool(rig)
  const Scopes = [{ ScopeName: 'read', ScopeDescription: 'Reads' }]
  const server = { UserPoolId, Identifier: 'orders', Name: 'orders', Scopes }
  await rig.ok('CreateResourceServer', server)
  const created = await rig.ok('CreateUserPoolClient', {
    UserPoolId,
    ClientName: 'machine',
    GenerateSecret: true,
    ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH'],
    AllowedOAuthScopes: ['orders/read'],
  })
  return {
    ClientId: textAt(created, 'UserPoolClient', 'ClientId'),
    Secret: textAt(created, 'UserPoolClient', 'ClientSecret'),
  }
}
