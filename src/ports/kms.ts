// What the embedded KMS needs of the world: its tables, and other Regions for multi-Region keys;
// and what the service's own code asks of it on behalf of a pool. Key material is sealed before it
// reaches a repository. It is in clear in one place only, the body of a link call, and such calls
// are encrypted. A key's row is the only truth about its state: nothing here may be cached, so that
// a key that is disabled stops at once on every node.
import type { KeyDescription } from './keys.js'

/** Where a key is in its life. `PendingReplicaDeletion`: a primary that waits for its replicas. */
export type KeyState = 'Enabled' | 'Disabled' | 'PendingDeletion' | 'PendingReplicaDeletion'

/** A key of this Region. Shared between the Regions of a key: ID, material, `multiRegion`. */
export interface KmsKey {
  readonly id: string
  readonly description: string
  readonly state: KeyState
  /** The policy document, as it was put. */
  readonly policy: string
  readonly tags: Readonly<Record<string, string>>
  readonly materialSealed: Uint8Array
  /** Undefined for a single-Region key. */
  readonly multiRegion: MultiRegion | undefined
  readonly createdAtMs: number
  readonly deletionWindowDays: number | undefined
  readonly deletionAtMs: number | undefined
}

/** The Regions of a multi-Region key. The primary's Region is right about them. */
export interface MultiRegion {
  readonly primaryRegion: string
  readonly replicas: readonly ReplicaRegion[]
}

/** A replica as the other Regions know it. */
export interface ReplicaRegion {
  readonly region: string
  /** False from the start of ReplicateKey until the replica's Region has the key. */
  readonly isConfirmed: boolean
  readonly addedAtMs: number
  /** How the replica was when the primary last asked. Known to the primary only. */
  readonly snapshot: ReplicaSnapshot | undefined
}

/** What a replica has of its own: enough to make it again after its database was lost. */
export interface ReplicaSnapshot {
  readonly description: string
  readonly state: KeyState
  readonly policy: string
  readonly tags: Readonly<Record<string, string>>
  readonly aliases: readonly string[]
  readonly createdAtMs: number
  readonly deletionWindowDays: number | undefined
  readonly deletionAtMs: number | undefined
}

/** Another name of a key, with `alias/` in front. */
export interface KmsAlias {
  readonly name: string
  readonly keyId: string
  readonly createdAtMs: number
  readonly modifiedAtMs: number
}

/** The keys of this Region. */
export interface KmsKeys {
  /** Also forgets that a replica of this ID was deleted, and adds the key's aliases. */
  insert(key: KmsKey, aliases?: readonly string[]): Promise<'inserted' | 'exists'>
  find(keyId: string): Promise<KmsKey | undefined>
  findByAlias(aliasName: string): Promise<KmsKey | undefined>
  /** IDs in order, after `afterId`. */
  list(page: { readonly afterId: string; readonly limit: number }): Promise<readonly string[]>
  /** Multi-Region keys whose primary is in `primaryRegion`, in order of ID, after `afterId`. */
  listOfPrimary(
    primaryRegion: string,
    page: { readonly afterId: string; readonly limit: number },
  ): Promise<readonly KmsKey[]>
  /**
   * Changes a key under a lock of its row: `work` gets the key as it is and returns the key as it
   * shall be, or throws. Undefined when the key does not exist.
   */
  change(keyId: string, work: (key: KmsKey) => KmsKey): Promise<KmsKey | undefined>
  /** IDs of keys whose deletion is due. */
  listDue(nowMs: number): Promise<readonly string[]>
  /** Removes a key that is due, with its aliases; a multi-Region key is remembered as deleted. */
  removeDue(keyId: string, nowMs: number): Promise<'removed' | 'not-due'>
  /** Which of the IDs are multi-Region keys that were deleted here. */
  listDeletedHere(keyIds: readonly string[]): Promise<readonly string[]>
}

/** The aliases of this Region. */
export interface KmsAliases {
  insert(alias: KmsAlias): Promise<'inserted' | 'exists'>
  find(name: string): Promise<KmsAlias | undefined>
  /** Points the alias at another key. */
  update(name: string, keyId: string, nowMs: number): Promise<'updated' | 'absent'>
  remove(name: string): Promise<'removed' | 'absent'>
  /** In order of name, after `afterName`; of one key, or of all. */
  list(page: {
    readonly keyId: string | undefined
    readonly afterName: string
    readonly limit: number
  }): Promise<readonly KmsAlias[]>
  listOfKeys(keyIds: readonly string[]): Promise<readonly KmsAlias[]>
  count(keyId: string): Promise<number>
}

/** A backing key in clear. Exists in memory for one use, and in an encrypted link call. */
export interface BackingKey {
  /** 16 hexadecimal digits. */
  readonly id: string
  readonly bytes: Uint8Array
}

/** A key on its way to another Region. */
export interface ReplicaImport {
  readonly keyId: string
  readonly primaryRegion: string
  readonly replicaRegions: readonly string[]
  readonly backingKeys: readonly BackingKey[]
  readonly replica: ReplicaSnapshot
}

/** What the primary says of a key that it believes the other Region to have. */
export interface KeyRelation {
  readonly keyId: string
  readonly replicaRegions: readonly string[]
}

/** The other Region's response. `lost`: never had it, or had it in a database that is gone. */
export type RelationResponse =
  | { readonly keyId: string; readonly kind: 'present'; readonly snapshot: ReplicaSnapshot }
  | { readonly keyId: string; readonly kind: 'deleted' | 'lost' }

/** The KMS of another Region. A Region that cannot be reached throws LinkUnreachableError. */
export interface KeyReplicator {
  /** `exists`: another key has the ID, or this one is there and scheduled for deletion. */
  importReplica(region: string, replica: ReplicaImport): Promise<'imported' | 'exists'>
  /** Reports to the Region who else holds each key, and asks how its replica is. */
  synchronise(
    region: string,
    relations: readonly KeyRelation[],
  ): Promise<readonly RelationResponse[]>
}

/** What this Region's KMS does when another Region asks, which has been proved to be `region`. */
export type KeyReceiver = KeyReplicator

/**
 * The embedded KMS as a pool's own requests use it: by ARN of a key of this Region, as the service
 * principal that acts for the pool, under the key's policy. Throws KeyRefusedError.
 */
export interface PoolKms {
  /** `context`: another encryption context than that of the pool's data keys. */
  encrypt(
    keyArn: string,
    plaintext: Uint8Array,
    poolArn: string,
    context?: Readonly<Record<string, string>>,
  ): Promise<Uint8Array>
  decrypt(keyArn: string, ciphertext: Uint8Array, poolArn: string): Promise<Uint8Array>
  describe(keyArn: string): Promise<KeyDescription>
}
