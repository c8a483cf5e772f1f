// How an operation looks. Read this first.
//
// An operation is one object: who may call it, where it may run, which errors it may give, and the
// handler. The literals decide the types that the handler gets: `region: 'primary'` gives a
// PrimaryPool, without which no directory row can be written, so an operation that could write the
// directory on a secondary does not compile.

import type { CommonErrorCode, ErrorCode } from '#api/protocol/errors.js'
import type { CognitoInput, CognitoOperationName, CognitoOutput } from '#contract/types.js'
import type { Auth, Context, Region } from './context.js'

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

/** An operation whose type parameters nobody needs any more: what dispatch holds. */
export interface AnyOperation {
  readonly name: string
  readonly auth: Auth
  readonly region: Region
  readonly errors: readonly string[]
  run(ctx: never, input: never): unknown
}
