// Keys as the Regions together have them. A multi-Region key is one key here, with a state in each
// of its Regions.
import { parseKeyArn } from '#domain/arn.js'
import { allKmsRows } from '../../api/kms.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { type Loaded, type RegionAnswer, useAsked, useLoaded } from '../../api/use-calls.js'

/** What the pages use of `KeyMetadata`. */
export interface KeyMetadata {
  readonly KeyId: string
  readonly Arn: string
  readonly Description?: string
  readonly KeyState: string
  readonly CreationDate?: number
  readonly DeletionDate?: number
  readonly PendingDeletionWindowInDays?: number
  readonly MultiRegion?: boolean
  readonly MultiRegionConfiguration?: {
    readonly MultiRegionKeyType: 'PRIMARY' | 'REPLICA'
    readonly PrimaryKey: { readonly Region: string }
  }
}

export interface Alias {
  readonly AliasName: string
  readonly TargetKeyId?: string
}

interface RegionKeys {
  readonly ids: readonly string[]
  readonly aliases: readonly Alias[]
}

/** A key, by its ID, over the Regions. */
export interface KeyRow {
  readonly id: string
  readonly aliases: readonly string[]
  readonly regions: readonly string[]
}

const EVERY_MS = 10_000

/** The keys and aliases of every Region. */
export function useKeys(): Loaded<readonly RegionAnswer<RegionKeys>[]> {
  const { session, call } = useSession()
  const regions = session.regions.map(({ name }) => name)
  const ask = async (region: string) => {
    const list = <Row>(operation: string, name: string) =>
      allKmsRows<Row>((what) => call(region, what), operation, name)
    const [keys, aliases] = await Promise.all([
      list<{ readonly KeyId: string }>('ListKeys', 'Keys'),
      list<Alias>('ListAliases', 'Aliases'),
    ])
    return { ids: keys.map(({ KeyId }) => KeyId), aliases }
  }
  return useAsked('keys', regions, ask, { everyMs: EVERY_MS })
}

/** All rows of a list about a key in a Region. */
export function useListOfKey<Row>(
  region: string,
  keyId: string,
  operation: string,
  name: string,
): Loaded<readonly Row[]> {
  const { call } = useSession()
  return useLoaded(`${operation} ${region} ${keyId}`, () =>
    allKmsRows<Row>((what) => call(region, what), operation, name, { KeyId: keyId }),
  )
}

export function keyRows(answers: readonly RegionAnswer<RegionKeys>[]): readonly KeyRow[] {
  const ids = new Set(answers.flatMap(({ output }) => output?.ids ?? []))
  const rows = [...ids].map((id): KeyRow => {
    const holding = answers.filter(({ output }) => output?.ids.includes(id))
    const names = holding.flatMap(({ output }) =>
      (output?.aliases ?? []).filter(({ TargetKeyId }) => TargetKeyId === id),
    )
    return {
      id,
      aliases: [...new Set(names.map(({ AliasName }) => AliasName))],
      regions: holding.map(({ region }) => region),
    }
  })
  return rows.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b)))
}

function nameOf({ aliases, id }: KeyRow): string {
  return aliases[0] ?? `~${id}`
}

/** The pools whose data a key encrypts. */
export function poolsOfKey(keyId: string, pools: readonly PoolView[]): readonly PoolView[] {
  return pools.filter(({ KmsKeyArn }) => KmsKeyArn && parseKeyArn(KmsKeyArn)?.keyId === keyId)
}

/** "Customers (us-west-2_abc)" of each. */
export function poolNames(pools: readonly PoolView[]): string {
  return pools.map(({ Name, Id }) => `${Name} (${Id})`).join(', ')
}
