// The keys of the account as the KMS of a Region has them, and what their policies say of a pool.
import { keyArnIn } from '#domain/arn.js'
import { mergedPolicy, type StatementMerge } from '#domain/iam/merged-policy.js'
import { type KeyChoice, keyChoiceOf } from '#domain/replica/key-choice.js'
import type { Call, CallError, Members } from '../../api/client.js'
import { allKmsRows, kms } from '../../api/kms.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { asCallError, type Loaded, useCall, useLoaded } from '../../api/use-calls.js'

/** A key to choose. One that may not be described is a choice with the refusal as its reason. */
export interface AccountKey extends KeyChoice {
  readonly aliases: readonly string[]
}

/** The key that is being looked at, and where it is. */
export interface ChosenKey {
  /** In the pool's primary Region. */
  readonly arn: string
  readonly regions: readonly string[]
  /** Where it can be replicated from; undefined where that is not known. */
  readonly primaryRegion: string | undefined
  readonly description: string
}

const AT_ONCE = 8

/** The keys of a Region, those that can be chosen first; nothing while `region` is undefined. */
export function useAccountKeys(region: string | undefined): Loaded<readonly AccountKey[]> {
  const { call } = useSession()
  return useLoaded(`keys ${region}`, async () => {
    if (region === undefined) return []
    const send = (each: Call) => call(region, each)
    const list = (operation: string, name: string) => allKmsRows<Row>(send, operation, name)
    const [keys, aliases] = await Promise.all([list('ListKeys', 'Keys'), aliasesOf(list)])
    const found: AccountKey[] = []
    for (let at = 0; at < keys.length; at += AT_ONCE) {
      const some = keys.slice(at, at + AT_ONCE)
      found.push(...(await Promise.all(some.map((key) => describeKey(send, key, aliases)))))
    }
    return found.toSorted(
      (a, b) =>
        Number(a.reason !== undefined) - Number(b.reason !== undefined) ||
        nameOf(a).localeCompare(nameOf(b)),
    )
  })
}

/** Its aliases, or its ID. */
export function nameOf({ aliases, keyId }: AccountKey): string {
  return aliases.length > 0 ? aliases.join(', ') : keyId
}

type Row = Readonly<Record<string, string>>

/** Names are a help: who may not list them chooses by ID. */
async function aliasesOf(list: (operation: string, name: string) => Promise<readonly Row[]>) {
  const names = new Map<string, string[]>()
  const rows = await list('ListAliases', 'Aliases').catch(() => [])
  for (const { TargetKeyId: id = '', AliasName: alias = '' } of rows) {
    names.set(id, [...(names.get(id) ?? []), alias])
  }
  return names
}

async function describeKey(
  send: (call: Call) => Promise<Members>,
  { KeyId: keyId = '', KeyArn: arn = '' }: Row,
  names: ReadonlyMap<string, readonly string[]>,
): Promise<AccountKey> {
  const aliases = names.get(keyId) ?? []
  try {
    const { KeyMetadata } = await send(kms('DescribeKey', { KeyId: keyId }))
    return { ...keyChoiceOf(KeyMetadata as Members), aliases }
  } catch (error) {
    const reason = `It cannot be described: ${asCallError(error).message}`
    const regions = [arn.split(':')[3] ?? '']
    return { keyId, arn, regions, primaryRegion: undefined, description: '', aliases, reason }
  }
}

/** The statements for the pool, in its Regions and those that it may get. */
export function useKeyStatements(
  pool: PoolView,
  regions: readonly string[],
): Loaded<{ readonly Statements: readonly Members[] }> {
  const RegionNames = [...new Set([...pool.RegionNames, ...regions])]
  return useCall(pool.readRegion, {
    service: 'twinpool',
    operation: 'GetKeyStatements',
    input: { UserPoolId: pool.Id, RegionNames },
  })
}

/** The policy of a key in one Region, and what it lacks for a pool. */
export interface RegionPolicy {
  readonly region: string
  /** The policy with what it lacks; undefined when it could not be read. */
  readonly merged: Members | undefined
  readonly statements: readonly StatementMerge[]
  readonly error: CallError | undefined
}

/** The policies of a key in its Regions, which are independent of each other. */
export function useKeyPolicies(
  { arn, regions }: Pick<KeyChoice, 'arn' | 'regions'>,
  statements: readonly Members[] | undefined,
): Loaded<readonly RegionPolicy[]> {
  const { call } = useSession()
  return useLoaded(`policies ${JSON.stringify([arn, regions, statements])}`, () =>
    Promise.all(
      statements === undefined
        ? []
        : regions.map(async (region): Promise<RegionPolicy> => {
            const failed = { region, merged: undefined, statements: [] }
            try {
              const input = { KeyId: keyArnIn(region, arn), PolicyName: 'default' }
              const { Policy } = await call(region, kms('GetKeyPolicy', input))
              const merge = mergedPolicy(String(Policy), statements)
              if (merge.kind === 'merged') {
                return {
                  region,
                  merged: merge.policy,
                  statements: merge.statements,
                  error: undefined,
                }
              }
              return { ...failed, error: asCallError(new Error('The policy cannot be read.')) }
            } catch (error) {
              return { ...failed, error: asCallError(error) }
            }
          }),
    ),
  )
}
