// How an operation looks. Read this first.
//
// An operation is one object: who may call it, where it may run, which errors it may give, and the
// handler. The literals decide the types that the handler gets: `region: 'primary'` gives a
// PrimaryPool, without which no directory row can be written, so an operation that could write the
// directory on a secondary does not compile.
import type { CognitoInput, CognitoOperationName, CognitoOutput } from '#contract/types.js'
import type { Context } from './context.js'
import type { CommonErrorCode, ErrorCode } from './errors.js'

/**
 * - `iam`: signed with an access key (SigV4).
 * - `access-token`: `AccessToken` of a signed-in user.
 * - `public`: anybody who knows an app client's ID.
 */
export type Auth = 'iam' | 'access-token' | 'public'

/**
 * What the handler needs of the pool: `primary` to write the directory, `regional` to write this
 * Region's own settings, `any` to read and to write runtime rows, `account` for no pool at all.
 */
export type Region = 'primary' | 'regional' | 'any' | 'account'

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
