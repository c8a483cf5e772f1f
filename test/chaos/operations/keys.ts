// Machines and the API's own callers: tokens by client_credentials, and access keys.
import {
  GetClientTokenCommand,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { isObject } from '#base/json.js'
import { type Outcome, wordsOf } from '../calls.js'
import { serves, throughout } from '../expectations.js'
import { AccessKeyRecord, type MachineClient, type PoolRecord } from '../record.js'
import { isKnownAt } from '../thing.js'
import type { World } from '../world.js'
import { freePools, holding, type Operation } from './operation.js'

const PATIENCE_MS = 4000
const ACCESS_KEYS_MAX = 6
const POLICY = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'cognito-idp:*', Resource: '*' }],
})

/** A token for a machine, at a Region or the edge: by their address. */
async function machineToken(pool: PoolRecord, address: string): Promise<string> {
  const { clientId = '', secret = '', scope = '' } = pool.machine ?? {}
  const response = await fetch(`${address}/domain/${pool.domain}/oauth2/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(),
    signal: AbortSignal.timeout(PATIENCE_MS),
  })
  const text = await response.text()
  if (!response.ok) {
    throw Object.assign(new Error(text.slice(0, 200)), {
      name: `HTTP ${response.status}`,
      $metadata: { httpStatusCode: response.status },
    })
  }
  return (JSON.parse(text) as { access_token: string }).access_token
}

/** Asks for a machine's token, and compares the response with the record. */
export async function askForMachine(
  world: World,
  pool: PoolRecord,
  place: { region: string; address: string; name: string },
): Promise<Outcome<string>> {
  const due = () => (pool.hasDomain.isSurely(true) ? serves(pool, place.region) : 'may')
  const before = due()
  const outcome = await world.calls.own(() => machineToken(pool, place.address))
  const expected = throughout(before, due())
  if (outcome.kind === 'refused' && expected === 'must' && !pool.isTouched) {
    world.note(pool, `client_credentials at ${place.name} (${expected}): ${wordsOf(outcome)}`)
    const why = `client_credentials at ${place.name}: ${outcome.name} ${outcome.message}`
    world.violate('a valid session never gets a final refusal', pool, why)
  }
  return outcome
}

async function createAccessKey(world: World, region: string): Promise<void> {
  const madeAtMs = Date.now()
  const outcome = await world.calls.admin(region, 'CreateAccessKey', { PolicyDocument: POLICY })
  const made = outcome.kind === 'done' ? outcome.output['AccessKey'] : undefined
  if (!isObject(made)) return
  const key = new AccessKeyRecord({
    id: String(made['AccessKeyId']),
    secret: String(made['SecretAccessKey']),
    madeIn: region,
    madeAtMs,
  })
  world.note(key, `made at ${region}`)
  world.record.accessKeys.push(key)
}

async function deleteAccessKey(world: World, key: AccessKeyRecord, region: string): Promise<void> {
  const startedAtMs = Date.now()
  const outcome = await world.calls.admin(region, 'DeleteAccessKey', { AccessKeyId: key.id })
  world.note(key, `deleted at ${region}: ${wordsOf(outcome)}`)
  if (outcome.kind !== 'done' && outcome.kind !== 'unknown') return
  const isSure = outcome.kind === 'done'
  const atMs = isSure ? Date.now() : startedAtMs
  key.deletions.push({
    what: 'DeleteAccessKey',
    region,
    atMs,
    isSure,
    isDirectory: false,
    hasTravelled: false,
    unknownAt: new Set(),
  })
}

/** Signs a call by the key, and compares the response with the record. */
export async function tryAccessKey(
  world: World,
  key: AccessKeyRecord,
  region: string,
): Promise<Outcome<unknown>> {
  const isGone = () => key.deletions.some((ending) => isKnownAt(ending, region))
  const isThere = () =>
    key.deletions.length === 0 &&
    !key.isLost &&
    !key.unknownAt.has(region) &&
    (region === key.madeIn || key.hasTravelled)
  const [wasGone, wasThere] = [isGone(), isThere()]
  const credentials = { accessKeyId: key.id, secretAccessKey: key.secret }
  const outcome = await world.calls.signedBy(region, credentials, (client, how) =>
    client.send(new ListUserPoolsCommand({ MaxResults: 1 }), how),
  )
  world.note(key, `used at ${region}: ${wordsOf(outcome)}`)
  if (outcome.kind === 'done' && wasGone && isGone()) {
    world.violate('no ended session is alive', key, `a deleted access key works at ${region}`)
  }
  if (outcome.kind === 'refused' && wasThere && isThere()) {
    const why = `the access key is refused at ${region}: ${outcome.name}`
    world.violate('no acknowledged write is lost', key, why)
  }
  return outcome
}

/** A machine asks the API, which only the primary answers. */
async function askApiForMachine(
  world: World,
  pool: PoolRecord,
  machine: MachineClient,
  region: string,
): Promise<void> {
  const { clientId: ClientId, secret: Secret } = machine
  const before = serves(pool, region)
  const outcome = await world.calls.cognito(region, (client, how) =>
    client.send(new GetClientTokenCommand({ ClientId, Secret }), how),
  )
  const expected = throughout(before, serves(pool, region))
  const told = `GetClientToken at ${region} (${expected}): ${wordsOf(outcome)}`
  world.note(pool, told)
  if (outcome.kind === 'done') world.count('GetClientToken')
  if (region !== pool.home) {
    if (outcome.kind === 'done') {
      world.violate('a secondary refuses what is the primary’s', pool, told)
    }
  } else if (outcome.kind === 'refused' && expected === 'must' && !pool.isTouched) {
    world.violate('a valid session never gets a final refusal', pool, told)
  }
}

export const KEY_OPERATIONS: readonly Operation[] = [
  {
    name: 'get a token for a machine',
    weight: 8,
    async run(world, chance) {
      const pools = freePools(world).filter(({ machine }) => machine !== undefined)
      const pool = chance.pick(pools)
      if (pool === undefined) return
      const region = chance.pick([pool.home, pool.other]) ?? pool.home
      const { endpoint } = world.stack.region(region)
      const isByEdge = chance.is(0.5)
      const place = isByEdge
        ? { region: pool.home, address: world.stack.edgeUrl, name: 'the edge' }
        : { region, address: endpoint, name: region }
      await askForMachine(world, pool, place)
    },
  },
  {
    name: 'get a token for a machine by the API',
    weight: 3,
    async run(world, chance) {
      const pool = chance.pick(freePools(world).filter(({ apiMachine }) => apiMachine))
      const region = chance.pick(world.stack.regions)?.name
      if (pool?.apiMachine === undefined || region === undefined) return
      await askApiForMachine(world, pool, pool.apiMachine, region)
    },
  },
  {
    name: 'create an access key',
    weight: 1.5,
    async run(world, chance) {
      const living = world.record.accessKeys.filter(({ deletions }) => deletions.length === 0)
      const region = chance.pick(world.stack.regions)?.name
      if (region !== undefined && living.length < ACCESS_KEYS_MAX) {
        await createAccessKey(world, region)
      }
    },
  },
  {
    name: 'delete an access key',
    weight: 1,
    async run(world, chance) {
      const living = world.record.accessKeys.filter(({ deletions }) => deletions.length === 0)
      const key = chance.pick(living)
      const region = chance.pick(world.stack.regions)?.name
      if (key === undefined || region === undefined) return
      await holding(key, () => deleteAccessKey(world, key, region))
    },
  },
  {
    name: 'use an access key',
    weight: 4,
    async run(world, chance) {
      const key = chance.pick(world.record.accessKeys)
      const region = chance.pick(world.stack.regions)?.name
      if (key === undefined || region === undefined) return
      await holding(key, async () => {
        await tryAccessKey(world, key, region)
      })
    },
  },
]
