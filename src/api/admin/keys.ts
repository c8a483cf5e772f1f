// Keys of user pools: the statements that a key's policy needs, whether a key serves a pool here,
// which Regions a replica can go to, and how the keys of pools have been.
import { checkKey, type KeyCall } from '#app/keys/check-key.js'
import { keyArnIn, parseKeyArn, poolArn } from '#domain/arn.js'
import { isPoolId, regionOf } from '#domain/pool/id.js'
import { KEY_POLICY_SIDS, keyPolicyStatements } from '#domain/pool/key-policy.js'
import { regionTitle } from '#domain/region-catalogue.js'
import type { Pool } from '#ports/capability.js'
import type { KeyHealth } from '#ports/key-health.js'
import { KeyRefusedError } from '#ports/keys.js'
import {
  type AdminInput,
  type AdminOperation,
  type AdminServices,
  invalid,
  toTimestamp,
} from './admin-operation.js'

const REGION = /^[a-z0-9-]{1,40}$/
const REGIONS_MAX = 40
const HISTORY_MAX = 100

/** Returns the policy statements for a pool's key, to be put beside those of administrators. */
export const GetKeyStatements: AdminOperation = {
  name: 'GetKeyStatements',
  async run(services, input) {
    const poolId = poolIdIn(input)
    const regions = input.texts('RegionNames', { countMax: REGIONS_MAX, lengthMax: 40 })
    const known = await regionsOfPool(services, poolId)
    for (const region of regions ?? []) {
      if (!REGION.test(region)) throw invalid(`${region} is not the name of a Region.`)
    }
    const all = [...new Set([...known, ...(regions ?? [])])]
    const { accountId } = services
    return { Statements: keyPolicyStatements({ accountId, poolId, regions: all }) }
  },
}

async function regionsOfPool({ pools }: AdminServices, poolId: string): Promise<readonly string[]> {
  const pool = await pools.find(poolId)
  return pool === undefined ? [regionOf(poolId)] : pool.replicaRegions
}

/** Makes the service's own calls with a key in this Region, for a pool that need not be here. */
export const CheckKey: AdminOperation = {
  name: 'CheckKey',
  async run(services, input) {
    const { region, accountId } = services
    const poolId = poolIdIn(input)
    const pool = await services.pools.find(poolId)
    const arn = input.optionalText('KmsKeyArn', 2048) ?? pool?.kmsKeyArn
    if (arn === undefined) throw invalid('The user pool has no customer managed key; name one.')
    if (parseKeyArn(arn) === undefined) throw invalid('KmsKeyArn is not the ARN of a KMS key.')
    const homeArn = poolArn({ accountId, region: pool?.homeRegion ?? regionOf(poolId) }, poolId)
    const check = await checkKey(services, { arn, poolArn: homeArn })
    const { description } = check
    return {
      RegionName: region,
      UserPoolId: poolId,
      KmsKeyArn: check.arn,
      Usable: check.isUsable,
      Calls: check.calls.map((call) => toCallShape(region, call)),
      KeyState: description?.state,
      MultiRegion: description?.isMultiRegion,
      RegionNames: description?.regions,
    }
  },
}

function toCallShape(region: string, call: KeyCall) {
  const denial = call.denial?.kind === 'deny-statement' ? call.denial : undefined
  return {
    Action: call.action,
    Result: call.refusal === undefined ? 'ALLOWED' : 'REFUSED',
    Reason: call.refusal,
    Remedy: call.refusal && remedyOf(region, call),
    DeniedExplicitly: denial && true,
    DenySid: denial?.sid,
  }
}

function remedyOf(region: string, call: KeyCall): string | undefined {
  switch (call.refusal) {
    case 'not-found':
      return `The key is not in Region ${region}; replicate it there.`
    case 'disabled':
      return `Enable the key in Region ${region}.`
    case 'pending-deletion':
      return `Cancel the deletion of the key in Region ${region}, and enable it.`
    case 'access-denied':
      return remedyOfDenial(region, call)
    case 'not-symmetric':
      return 'Choose a symmetric encryption key.'
    case 'unavailable':
      return `The KMS of Region ${region} does not respond; try again.`
    case 'invalid-ciphertext':
      return `The key in Region ${region} is another one than that of the pool.`
    default:
      return undefined
  }
}

/** What a policy needs, or what it has too much. Only where it is known can it lack a statement. */
function remedyOfDenial(region: string, { action, denial }: KeyCall): string {
  const policy = `the policy of the key in Region ${region}`
  switch (denial?.kind) {
    case 'deny-statement': {
      const named = `The Deny statement "${denial.sid}"`
      const statement = denial.sid === undefined ? 'A Deny statement' : named
      return `${statement} in ${policy} refuses it; change or remove that statement.`
    }
    case 'no-statement': {
      if (denial.allowSids === undefined) return `Allow the node's role ${action} in ${policy}.`
      const needed = sidsFor(action)
      const lacking = needed.find((sid) => !hasStatement(denial.allowSids ?? [], sid))
      if (lacking !== undefined) return `T${policy.slice(1)} lacks the statement ${lacking}.`
      return `The statements ${needed.join(' and ')} in ${policy} are not those for this pool.`
    }
    case 'other-deny':
      return `A Deny of another policy than the key's refuses it to the node's role in ${region}.`
    case 'no-identity-policy':
      return `Allow the node's role ${action} in its own policies, for the key in ${region}.`
    default:
      return `Allow the node's role ${action} in ${policy}, or in its own policies.`
  }
}

/** Either of them is enough, the service's own first. */
function sidsFor(action: KeyCall['action']): readonly string[] {
  const sids = KEY_POLICY_SIDS
  return action === 'kms:DescribeKey'
    ? [sids.serviceDescription, sids.callerDescription]
    : [sids.serviceCryptography, sids.callerCryptography]
}

/** Those of further pools may have a number behind the Sid. */
function hasStatement(sids: readonly string[], sid: string): boolean {
  return sids.some((each) => each.replace(/\d+$/, '') === sid)
}

/** Lists the deployment's Regions, and whether a pool with this key can have a replica there. */
export const ListEligibleRegions: AdminOperation = {
  name: 'ListEligibleRegions',
  async run(services, input) {
    const poolId = poolIdIn(input)
    const pool = await services.pools.find(poolId)
    if (pool === undefined) throw invalid(`User pool ${poolId} does not exist here.`)
    const arn = input.optionalText('KmsKeyArn', 2048) ?? pool.kmsKeyArn
    if (arn !== undefined && parseKeyArn(arn) === undefined) {
      throw invalid('KmsKeyArn is not the ARN of a KMS key.')
    }
    const holds = arn === undefined ? undefined : await regionsOfKey(services, arn)
    return {
      Regions: services.regions.map((name) => {
        const reason = ineligibility(pool, name, holds)
        const isEligible = reason === undefined
        return { RegionName: name, Title: regionTitle(name), Eligible: isEligible, Reason: reason }
      }),
    }
  },
}

type KeyRegions =
  | { readonly isMultiRegion: boolean; readonly regions: readonly string[] }
  | { readonly refusal: string }

async function regionsOfKey(services: AdminServices, arn: string): Promise<KeyRegions> {
  try {
    return await services.keyService.describe(keyArnIn(services.region, arn))
  } catch (error) {
    if (error instanceof KeyRefusedError) return { refusal: error.refusal }
    throw error
  }
}

function ineligibility(pool: Pool, region: string, key: KeyRegions | undefined) {
  if (region === pool.primaryRegion) return 'It is the primary Region of the user pool.'
  if (pool.replicaRegions.includes(region)) return 'The user pool has a replica there.'
  if (key === undefined) return 'The user pool has no customer managed key.'
  if ('refusal' in key) return `The key cannot be described: ${key.refusal}.`
  if (!key.isMultiRegion) return 'The key is no multi-Region key.'
  if (!key.regions.includes(region)) return 'The key has no replica key there.'
  return undefined
}

/** Lists how the keys of this Region's pools are, or the history of one pool's. */
export const ListKeyHealth: AdminOperation = {
  name: 'ListKeyHealth',
  async run({ region, pools, keyHealth }, input) {
    const poolId = input.optionalText('UserPoolId', 55)
    if (poolId !== undefined) {
      const pool = await pools.find(poolId)
      const rows = pool === undefined ? [] : await keyHealth.history(pool, HISTORY_MAX)
      return { KeyHealth: rows.map((row) => toHealthShape(region, row)) }
    }
    const limit = input.count('MaxResults', { fallback: 60, max: 1000 })
    const afterId = input.optionalText('NextToken', 55) ?? ''
    const rows = await keyHealth.current({ afterId, limit })
    return {
      KeyHealth: rows.map((row) => toHealthShape(region, row)),
      NextToken: rows.length === limit ? rows.at(-1)?.poolId : undefined,
    }
  },
}

function toHealthShape(region: string, row: KeyHealth) {
  return {
    RegionName: region,
    UserPoolId: row.poolId,
    KmsKeyArn: row.kmsKeyArn,
    State: row.failure === undefined ? 'USABLE' : 'REFUSED',
    FailedAction: row.failure?.action,
    Reason: row.failure?.refusal,
    Since: toTimestamp(row.sinceMs),
    CheckedAt: toTimestamp(row.checkedAtMs),
  }
}

function poolIdIn(input: AdminInput): string {
  const poolId = input.text('UserPoolId', 55)
  if (!isPoolId(poolId)) throw invalid('UserPoolId is not the ID of a user pool.')
  return poolId
}
