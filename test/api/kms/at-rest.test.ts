// What the databases and the wire between Regions hold of key material: nothing in clear.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CreateKeyCommand, GenerateDataKeyCommand, ReplicateKeyCommand } from '@aws-sdk/client-kms'
import postgres from 'postgres'
import { systemRandom } from '#adapters/system/random.js'
import { InvariantError, required } from '#base/assert.js'
import { MaterialSeal } from '#kms/material.js'
import {
  EAST,
  type KmsRegions,
  SERVICE_KEY,
  startKmsRegions,
  WEST,
} from '#test/support/kms-regions.js'

let stack: KmsRegions
before(async () => {
  stack = await startKmsRegions()
})
after(() => stack.close())

/** Every form in which bytes could have been written. */
function formsOf(bytes: Uint8Array): readonly Buffer[] {
  const buffer = Buffer.from(bytes)
  const texts = (['hex', 'base64', 'base64url'] as const).map((form) => buffer.toString(form))
  return [buffer, ...texts.map((text) => Buffer.from(text.replace(/=+$/, '')))]
}

async function dump(url: string): Promise<Buffer> {
  const sql = postgres(url, { max: 1 })
  try {
    const parts: Buffer[] = []
    for (const table of ['kms_keys', 'kms_aliases', 'kms_deleted_replicas']) {
      for (const row of await sql`select * from ${sql(table)}`) {
        for (const value of Object.values(row)) {
          const isBytes = value instanceof Uint8Array
          parts.push(isBytes ? Buffer.from(value) : Buffer.from(JSON.stringify(value)))
          if (isBytes) parts.push(Buffer.from(Buffer.from(value).toString('hex')))
        }
      }
    }
    return Buffer.concat(parts)
  } finally {
    await sql.end()
  }
}

test('no material is in clear in a database, and none in a row opens elsewhere', async () => {
  const client = stack.west.client()
  const made = await client.send(new CreateKeyCommand({ MultiRegion: true }))
  const id = required(made.KeyMetadata?.KeyId, 'id')
  await client.send(new ReplicateKeyCommand({ KeyId: id, ReplicaRegion: EAST }))
  const data = await client.send(new GenerateDataKeyCommand({ KeyId: id, KeySpec: 'AES_256' }))
  const { keys, material } = stack.west.services
  const row = required(await keys.find(id), 'key')
  const replica = required(await stack.east.services.keys.find(id), 'replica')
  const [backingKey] = material.open(id, row.materialSealed)
  const secrets = [backingKey.bytes, required(data.Plaintext, 'data key'), SERVICE_KEY]
  for (const url of [stack.west.url, stack.east.url]) {
    const rows = await dump(url)
    assert.ok(rows.includes(id))
    for (const secret of secrets) {
      for (const form of formsOf(secret)) assert.equal(rows.includes(form), false)
    }
  }
  assert.notDeepEqual(row.materialSealed, replica.materialSealed)
  const seal = (region: string, serviceKey = SERVICE_KEY) =>
    new MaterialSeal({ serviceKey, region, random: systemRandom })
  assert.deepEqual(seal(WEST).open(id, row.materialSealed)[0], backingKey)
  const wrong = [
    () => seal(EAST).open(id, row.materialSealed),
    () => seal(WEST, new Uint8Array(32)).open(id, row.materialSealed),
    () => seal(WEST).open(`${id.slice(0, -1)}x`, row.materialSealed),
    () => seal(WEST).open(id, replica.materialSealed),
    () => seal(WEST).open(id, Uint8Array.from(row.materialSealed).fill(0, 20, 21)),
  ]
  for (const open of wrong) assert.throws(open, InvariantError)
  assert.deepEqual(seal(EAST).open(id, replica.materialSealed)[0], backingKey)
})
