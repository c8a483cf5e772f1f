// How an operation looks. Read this first.
//
// An operation is one object: who may call it, where it may run, which errors it may give, and the
// handler. The literals decide the types that the handler gets: `region: 'primary'` gives a
// PrimaryPool, without which no directory row can be written, so an operation that could write the
// directory on a secondary does not compile.

import type { CommonErrorCode, ErrorCode } from '#api/protocol/errors.js'
import type { CognitoInput, CognitoOperationName, CognitoOutput } from '#contract/types.js'
import type { Region } from '#domain/replica/gate.js'
import type { Auth, Context } from './context.js'

export interface Operation<
  N extends CognitoOperationName = CognitoOperationName,
  A extends Auth = Auth,
  R extends Region = Region,
  E extends ErrorCode = ErrorCode,
> {
  readonly name: N
  readonly auth: A
  readonly region: R
  /** Besides the common ones. */
  readonly errors: readonly E[]
  run(
    ctx: Context<A, R, E | CommonErrorCode>,
    input: CognitoInput<N>,
  ): Promise<CognitoOutput<N>> | CognitoOutput<N>
}

export function operation<
  const N extends CognitoOperationName,
  const A extends Auth,
  const R extends Region,
  const E extends ErrorCode = never,
>(definition: Operation<N, A, R, E>): Operation<N, A, R, E> {
  return Object.freeze(definition)
}

/** What every operation of the API says of itself, implemented or not. */
interface OperationHead {
  readonly name: string
  readonly auth: Auth
  readonly region: Region
}

/** An operation whose type parameters nobody needs any more: what the service holds. */
export interface AnyOperation extends OperationHead {
  readonly errors: readonly string[]
  run(ctx: never, input: never): unknown
}

/** An operation that callers may name already. */
export interface UnimplementedOperation extends OperationHead {
  readonly errors?: undefined
  readonly run: undefined
}
