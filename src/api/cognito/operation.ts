// How an operation looks. Read this first.
//
// An operation is who may call it, where it may run, and the handler. The literals decide the
// types that the handler gets: `region: 'primary'` gives a PrimaryPool, without which no directory
// row can be written, so an operation that could write the directory on a secondary does not
// compile. Which errors it may give, the contract says: any other leaves as an internal error.

import type { CognitoInput, CognitoOperationName, CognitoOutput } from '#contract/types.js'
import type { Region } from '#domain/replica/gate.js'
import type { Auth, Context } from './context.js'

export interface Operation<
  N extends CognitoOperationName = CognitoOperationName,
  A extends Auth = Auth,
  R extends Region = Region,
> {
  readonly name: N
  readonly auth: A
  readonly region: R
  run(ctx: Context<A, R>, input: CognitoInput<N>): Promise<CognitoOutput<N>> | CognitoOutput<N>
}

export function operation<
  const N extends CognitoOperationName,
  const A extends Auth,
  const R extends Region,
>(definition: Operation<N, A, R>): Operation<N, A, R> {
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
  run(ctx: never, input: never): unknown
}

/** An operation that callers may name already. */
export interface UnimplementedOperation extends OperationHead {
  readonly run: undefined
}
