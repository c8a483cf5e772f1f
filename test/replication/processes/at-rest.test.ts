// Nothing personal and no secret is readable at rest: not in the files of either database, its
// write-ahead log among them, which is also what the replication stream is decoded from, and not
// in the stream itself.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  AdminGetUserCommand,
  CreateUserPoolClientCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import postgres from 'postgres'
import { required } from '#base/assert.js'
import { loadConfig } from '#config/config.js'
import {
  activateReplica,
  addUser,
  cognitoOf,
  createPool,
  EAST,
  PASSWORD,
  signIn,
  WEST,
} from '#test/support/replicated-pool.js'
import { startTwoRegions, type TwoRegions } from '#test/support/two-regions.js'

let stack: TwoRegions
/** What must not be found, by what it is. */
const secrets = new Map<string, string>()
const EMAIL = 'grace.hopper.unmistakable@example.com'
const PHONE = '+15550123456789'
/** A word that is stored in clear on purpose: finding it shows that the search works. */
const PUBLIC_WORD = 'unmistakable-client-name'

before(async () => {
  stack = await startTwoRegions()
  const pool = await createPool(stack)
  await capture()
  const attributes = {
    email: EMAIL,
    email_verified: 'true',
    phone_number: PHONE,
    name: 'Grace Unmistakable Hopper',
  }
  await addUser(stack, pool.userPoolId, 'grace', attributes)
  const west = cognitoOf(stack, WEST)
  const { UserPoolClient } = await west.send(
    new CreateUserPoolClientCommand({
      UserPoolId: pool.userPoolId,
      ClientName: PUBLIC_WORD,
      GenerateSecret: true,
    }),
  )
  await activateReplica(stack, pool.userPoolId)
  const { clientId } = pool
  await west.send(new ForgotPasswordCommand({ ClientId: clientId, Username: 'grace' }))
  const tokens = await signIn(stack, EAST, pool, 'grace')
  const { UserAttributes } = await cognitoOf(stack, EAST).send(
    new AdminGetUserCommand({ UserPoolId: pool.userPoolId, Username: 'grace' }),
  )
  assert.ok(UserAttributes?.some(({ Value }) => Value === EMAIL))
  secrets.set('an e-mail address', EMAIL)
  secrets.set('a phone number', PHONE)
  secrets.set('a name', attributes.name)
  secrets.set('a password', PASSWORD)
  secrets.set('a client secret', required(UserPoolClient?.ClientSecret, 'secret'))
  secrets.set('a refresh token', tokens.refreshToken)
  // What a credential and a private key look like before they are sealed.
  secrets.set('a password verifier', '"verifier":"')
  secrets.set('a private key (PEM)', 'PRIVATE KEY')
  secrets.set('a private key (JWK)', '"d":"')
})

after(() => stack.stop())

const SLOT = 'at_rest_probe'

/** A second subscriber of the stream, which sees what a secondary would be sent. */
async function capture(): Promise<void> {
  await withDatabase((sql) => sql`select pg_create_logical_replication_slot(${SLOT}, 'pgoutput')`)
}

async function withDatabase<T>(work: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const file = join(stack.stateDirectory, WEST, 'config.json')
  const sql = postgres(loadConfig({ file, environment: {} }).database.url, { max: 1 })
  try {
    return await work(sql)
  } finally {
    await sql.end()
  }
}

/** What every RSA key in the form of PKCS #8 begins with after its length: version, algorithm. */
const PRIVATE_KEY_DER = Buffer.from('020100300d06092a864886f70d010101', 'hex')

function assertAbsent(bytes: Buffer, where: string): void {
  assert.equal(bytes.includes(PRIVATE_KEY_DER), false, `a private key stands in ${where}`)
  for (const [what, text] of secrets) {
    for (const [form, encoded] of [
      ['in clear', Buffer.from(text, 'utf8')],
      ['in UTF-16', Buffer.from(text, 'utf16le')],
      ['in base64', Buffer.from(Buffer.from(text, 'utf8').toString('base64').slice(0, -4))],
      ['in hexadecimal', Buffer.from(Buffer.from(text, 'utf8').toString('hex'))],
    ] as const) {
      assert.equal(bytes.includes(encoded), false, `${what} stands ${form} in ${where}`)
    }
  }
}

for (const region of [WEST, EAST]) {
  test(`the files of the database of ${region} hold nothing in clear`, async () => {
    const folder = join(stack.stateDirectory, region, 'postgres')
    let files = 0
    let hasPublicWord = false
    for (const file of filesBelow(folder)) {
      const bytes = read(file)
      files += 1
      hasPublicWord ||= bytes.includes(PUBLIC_WORD)
      assertAbsent(bytes, file)
    }
    assert.ok(files > 500, `${files} files were read`)
    assert.ok(hasPublicWord, 'the search finds what is stored in clear')
  })
}

test('both signing keys of the pool are among what was looked through', async () => {
  const keys = await withDatabase((sql) => sql`select from signing_keys`)
  assert.equal(keys.length, 2)
})

test('the replication stream carries nothing in clear', async () => {
  const stream = await withDatabase(
    (sql) => sql<{ data: Buffer }[]>`
      select data from pg_logical_slot_get_binary_changes(${SLOT}, null, null,
        'proto_version', '1', 'publication_names', 'to_us_east_1')`,
  )
  await withDatabase((sql) => sql`select pg_drop_replication_slot(${SLOT})`)
  const bytes = Buffer.concat(stream.map(({ data }) => data))
  assert.ok(bytes.includes(PUBLIC_WORD), 'the stream holds the rows of the pool')
  assertAbsent(bytes, 'the stream')
})

/** The bytes of a file, none if the server has removed it since it was listed. */
function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0)
    throw error
  }
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
}
