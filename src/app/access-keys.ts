// Access keys and who holds them: the root key and the edge's, which the configuration gives, and
// those that were created with a policy. Whoever shows that they hold one (by a signature, or by a
// session of the console that one began) is found here, so that a key that is deleted, or has
// another secret, ends both at once. An opened key is kept for seconds only, because a notice that
// it was deleted can be lost.
import { accessKeySecretContext, type ServiceSeal } from '#app/crypto/service-seal.js'
import type { Clock } from '#base/clock.js'
import { EDGE_POLICY } from '#domain/iam/edge-policy.js'
import { type Policy, parseIdentityPolicy } from '#domain/iam/policy.js'
import type { AccessKeys } from '#ports/runtime.js'

/** A key that the configuration gives, so that it needs no database. */
interface GivenKey {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** An access key, opened. */
export interface KnownKey extends GivenKey {
  readonly arn: string
  /** Undefined: everything is allowed, as for the root key. */
  readonly policy: Policy | undefined
  /** Whether it is the key of the edge, a machine, which no person signs in with. */
  readonly isOfEdge: boolean
}

export interface KnownKeysOptions {
  readonly accessKeys: Pick<AccessKeys, 'find'>
  readonly serviceSeal: ServiceSeal
  readonly rootAccessKey: GivenKey
  readonly edgeAccessKey?: GivenKey | undefined
  readonly accountId: string
  readonly clock: Pick<Clock, 'nowMs'>
}

export interface KnownKeys {
  /** Undefined when there is no key of the ID. */
  find(accessKeyId: string): Promise<KnownKey | undefined>
  /** Forgets opened access keys: one was created or deleted, in whichever Region. */
  forget(): void
}

interface KeptKey {
  readonly key: KnownKey
  readonly untilMs: number
}

const KEPT_KEYS_MAX = 1024
/** A notice of a change makes the cache forget at once; this bounds how long a lost one lasts. */
const KEPT_MS = 10_000

/** The access keys of a node. */
export function createKnownKeys(options: KnownKeysOptions): KnownKeys {
  const { clock } = options
  const kept = new Map<string, KeptKey>()
  let forgotten = 0
  const given = givenKeys(options)
  return {
    async find(accessKeyId) {
      const configured = given.get(accessKeyId)
      if (configured !== undefined) return configured
      const remembered = kept.get(accessKeyId)
      if (remembered !== undefined && remembered.untilMs > clock.nowMs()) return remembered.key
      const generation = forgotten
      const key = await openKey(options, accessKeyId)
      if (key === undefined) {
        kept.delete(accessKeyId)
        return undefined
      }
      // A notice that came while the row was read may be about this very row.
      if (generation !== forgotten) return key
      if (kept.size >= KEPT_KEYS_MAX) kept.clear()
      kept.set(accessKeyId, { key, untilMs: clock.nowMs() + KEPT_MS })
      return key
    },
    forget() {
      forgotten += 1
      kept.clear()
    },
  }
}

async function openKey(
  { accessKeys, serviceSeal, accountId }: KnownKeysOptions,
  accessKeyId: string,
): Promise<KnownKey | undefined> {
  // Whatever else was sent as an ID names no key, and must not reach the database.
  if (!/^[A-Z0-9]{16,32}$/.test(accessKeyId)) return undefined
  const key = await accessKeys.find(accessKeyId)
  if (key === undefined) return undefined
  return {
    accessKeyId,
    secretAccessKey: serviceSeal.openText(accessKeySecretContext(accessKeyId), key.secretSealed),
    arn: `arn:aws:iam::${accountId}:user/${accessKeyId}`,
    policy: parseIdentityPolicy(key.policy),
    isOfEdge: false,
  }
}

/** The keys that the configuration gives: the root's, and the edge's if it has one. */
function givenKeys(options: KnownKeysOptions): ReadonlyMap<string, KnownKey> {
  const { rootAccessKey, edgeAccessKey, accountId } = options
  const arnOf = (name: string) => `arn:aws:iam::${accountId}:${name}`
  const root = { ...rootAccessKey, arn: arnOf('root'), policy: undefined, isOfEdge: false }
  const keys = new Map<string, KnownKey>([[root.accessKeyId, root]])
  if (edgeAccessKey !== undefined && edgeAccessKey.accessKeyId !== root.accessKeyId) {
    keys.set(edgeAccessKey.accessKeyId, {
      ...edgeAccessKey,
      arn: arnOf('user/twinpool-edge'),
      policy: parseIdentityPolicy(EDGE_POLICY),
      isOfEdge: true,
    })
  }
  return keys
}
