// How a KMS operation looks. Read this first.
//
// An operation is one object: which key it is about, in which state that key must be, and the
// handler. The service finds the key, asks the key policy and the caller's IAM policies for the
// action `kms:<name>`, and checks the state, so a handler that gets a key may use it. Operations on
// aliases, on two keys or on no key ask for themselves, through `ctx.access`. Those that change
// something ask before they begin: a change that policies refuse is recorded as refused, and not as
// one that began.
import type { KmsInput, KmsOperationName, KmsOutput } from '#contract/types.js'
import type { AccessQuestion, KeyAccess } from '#kms/access.js'
import type { KmsErrorCode } from '#kms/errors.js'
import { requireState, type StateRequirement } from '#kms/key-state.js'
import type { KmsCaller, KmsServices } from '#kms/services.js'
import type { KmsKey } from '#ports/kms.js'

/**
 * How `KeyId` may name the key: `id` as an ID or ARN, `id-or-alias` as an alias too. `none`: the
 * handler finds what it needs.
 */
export type KeyUse = 'id' | 'id-or-alias' | 'none'

export interface KmsContext<K extends KeyUse = KeyUse> extends KmsServices {
  readonly caller: KmsCaller
  readonly access: KeyAccess
  readonly nowMs: number
  readonly key: K extends 'none' ? undefined : KmsKey
  /** The state in which the operation needs the key. */
  readonly state: StateRequirement
  /** The caller's question about `kms:<action>`, to ask `access`. */
  question(action: string): AccessQuestion
  keyArn(keyId: string): string
  fail(code: KmsErrorCode, message: string): never
}

interface KmsOperationHead<
  N extends KmsOperationName = KmsOperationName,
  K extends KeyUse = KeyUse,
> {
  readonly name: N
  readonly key: K
  readonly state: StateRequirement
}

type Handler<N extends KmsOperationName, K extends KeyUse> = (
  ctx: KmsContext<K>,
  input: KmsInput<N>,
) => Promise<KmsOutput<N>> | KmsOutput<N>

/** A call that its caller may make. */
interface Permitted<T> {
  /** The key that it is about, where `KeyId` does not name it. */
  readonly keyId?: string
  run(): Promise<T> | T
}

interface KmsOperation<N extends KmsOperationName, K extends KeyUse>
  extends KmsOperationHead<N, K> {
  /** Throws KmsError when the caller may not. Changes nothing. */
  permit(
    ctx: KmsContext<K>,
    input: KmsInput<N>,
  ): Promise<Permitted<KmsOutput<N>>> | Permitted<KmsOutput<N>>
}

/** Changes the key of a call, and asks for the state of the very row that is changed. */
export function changeKey(
  ctx: KmsContext<'id'>,
  change: (key: KmsKey) => KmsKey,
): Promise<KmsKey | undefined> {
  return ctx.keys.change(ctx.key.id, (key) => {
    requireState(key, ctx.keyArn(key.id), ctx.state)
    return change(key)
  })
}

/** An operation for which the service asks, or that changes nothing. */
export function kmsOperation<const N extends KmsOperationName, const K extends KeyUse>(
  head: KmsOperationHead<N, K>,
  run: Handler<N, K>,
): KmsOperation<N, K> {
  return askingOperation(head, (ctx, input) => ({ run: () => run(ctx, input) }))
}

/** An operation that changes something, and asks for itself before it does. */
export function askingOperation<const N extends KmsOperationName, const K extends KeyUse>(
  head: KmsOperationHead<N, K>,
  permit: KmsOperation<N, K>['permit'],
): KmsOperation<N, K> {
  return Object.freeze({ ...head, permit })
}

/** An operation without its type parameters, as the service holds it. */
export interface AnyKmsOperation extends KmsOperationHead {
  permit(ctx: never, input: never): Promise<Permitted<unknown>> | Permitted<unknown>
}
