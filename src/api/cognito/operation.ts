// How an operation looks. Read this first.
//
// An operation is who may call it, where it may run, and the handler. The literals decide the
// types that the handler gets: `region: 'primary'` gives a PrimaryPool, without which no directory
// row can be written, so an operation that could write the directory on a secondary does not
// compile. Which errors it may give, the contract says: any other leaves as an internal error.

import type { CognitoInput, CognitoOperationName, CognitoOutput } from '#contract/types.js'
import type { Region } from '#domain/replica/gate.js'
import type { Auth, Context } from './context.js'

/** What every operation of the API says of itself, implemented or not. */
interface OperationHead<
  N extends string = string,
  A extends Auth = Auth,
  R extends Region = Region,
> {
  readonly name: N
  readonly auth: A
  readonly region: R
}

export interface Operation<
  N extends CognitoOperationName = CognitoOperationName,
  A extends Auth = Auth,
  R extends Region = Region,
> extends OperationHead<N, A, R> {
  run(ctx: Context<A, R>, input: CognitoInput<N>): Promise<CognitoOutput<N>> | CognitoOutput<N>
}

export function operation<
  const N extends CognitoOperationName,
  const A extends Auth,
  const R extends Region,
>(head: OperationHead<N, A, R>, run: Operation<N, A, R>['run']): Operation<N, A, R> {
  return Object.freeze({ ...head, run })
}

/** An operation without its type parameters, as the service holds it. */
export interface AnyOperation extends OperationHead {
  run(ctx: never, input: never): unknown
}

/** An operation that callers may name already. */
export interface UnimplementedOperation extends OperationHead {
  readonly run: undefined
}
