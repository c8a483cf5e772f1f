// The user pools API, as the pipeline of AWS JSON services runs it.

import { requireAction } from '#api/protocol/authorization.js'
import {
  ApiError,
  type ErrorCode,
  errorTable,
  isDeclared,
  NOT_ENABLED_MESSAGE,
} from '#api/protocol/errors.js'
import type { Authenticate, Dispatch, IamCaller } from '#api/protocol/request.js'
import { requestContextOf } from '#api/protocol/request-context.js'
import {
  type AuditFields,
  type Call,
  createDispatch,
  noteNamedPool,
  readBySchema,
  type ShownError,
} from '#api/protocol/service.js'
import type { AuditTrail } from '#app/audit/trail.js'
import { requireFinishedCopies, requireFinishedCopyOf } from '#app/unfinished-copies.js'
import { required } from '#base/assert.js'
import { isObject } from '#base/json.js'
import { encode } from '#contract/codec.js'
import { cognitoOperations } from '#contract/cognito.js'
import type { OperationSchema } from '#contract/schema.js'
import { poolArn, poolIdOfArn } from '#domain/arn.js'
import { isAllowed, type Region } from '#domain/replica/gate.js'
import { type RequestContext, withBelievedAddress } from '#domain/request-context.js'
import { asPrimary, asRegional, type Pool } from '#ports/capability.js'
import { CopyUnfinishedError } from '#ports/copies.js'
import { KeyRefusedError } from '#ports/keys.js'
import { type Metrics, noMetrics } from '#ports/metrics.js'
import type { Tracing } from '#ports/tracing.js'
import { TriggerError } from '#ports/triggers.js'
import { activeUserOf } from './activity.js'
import type { ResolvedClient, Services } from './context.js'
import type { AnyOperation, UnimplementedOperation } from './operation.js'
import { ratedRequest } from './rate-categories.js'
import { errorFor } from './refusals.js'
import { implementedOperations } from './registry.js'
import { resolveTarget, type Target } from './resolve.js'
import { unimplementedOperations } from './unimplemented.js'

/** Every operation of the API, by its name. */
export const userPoolsOperations: Readonly<Record<string, AnyOperation | UnimplementedOperation>> =
  { ...unimplementedOperations, ...implementedOperations }

export interface UserPoolsOptions {
  readonly services: Services
  readonly operations?: typeof userPoolsOperations
  readonly authenticate: Authenticate
  readonly concurrentCallsMax: number
  readonly metrics?: Metrics
  readonly tracing?: Tracing | undefined
  readonly trail?: AuditTrail | undefined
}

/** An operation with its contract. */
interface Known {
  readonly schema: OperationSchema
  readonly operation: AnyOperation | UnimplementedOperation
}

/** Operations that change nothing; sign-ins are not administration. */
const READS = /^(?:Admin)?(?:Get|List)|^Describe|^Admin(?:InitiateAuth|RespondToAuthChallenge)$/

/** Makes the function that handles every call of the user pools API. */
export function createUserPoolsDispatch(options: UserPoolsOptions): Dispatch {
  const { services, operations = userPoolsOperations, authenticate, concurrentCallsMax } = options
  const known = new Map(
    Object.values(operations).map((operation) => {
      const schema = required(cognitoOperations.get(operation.name), operation.name)
      return [operation.name, { schema, operation }]
    }),
  )
  return createDispatch<Known>({
    name: 'cognito-idp',
    auditMessage: 'call',
    clock: services.clock,
    log: services.log,
    metrics: options.metrics ?? noMetrics,
    tracing: options.tracing,
    trail: options.trail,
    isChange: (name) => !READS.test(name),
    made: noteNewPool,
    authenticate,
    concurrentCallsMax,
    find: (name) => known.get(name),
    isSigned: ({ operation }) => operation.auth === 'iam',
    read: ({ schema }, body) => readBySchema(schema, body),
    resolve: (call) => resolve(services, call),
    declared: (error, { schema }) => declared(services, error, schema),
    write: ({ schema }, output) => encode(schema.output, output as object),
    async toShown(error, { operation: name }) {
      const isSigned = known.get(name)?.operation.auth === 'iam'
      return toShown(await unfinishedOr(error, services), isSigned)
    },
  })
}

/** Resolves the pool, by what the input names it with, and asks the gate and the throttle. */
async function resolve(services: Services, call: Call<Known>): Promise<() => unknown> {
  const {
    request,
    operation: { operation },
    signer,
    input,
    audit,
  } = call
  const { name, auth, region } = operation
  const authorise = (resource: string, otherName?: string) =>
    signer && requireAction(signer, `cognito-idp:${name}`, resource, { otherName })
  if (signer !== undefined) {
    const { ResourceArn: arn, UserPoolId } = input
    noteNamedPool(typeof arn === 'string' ? poolIdOfArn(services, arn) : UserPoolId, audit)
  }
  const found = await resolveTarget({ services, auth, region, input, authorise })
  if (found.pool !== undefined) {
    audit.poolId = found.pool.id
    noteCall(services, call, found)
    await requireGate(services, region, found.pool)
  }
  const { run } = operation
  if (run === undefined) {
    throw new ApiError('NotImplementedException', `${name} is not implemented yet.`)
  }
  await requireRate(services, name, input, found)
  const user = activeUserOf(services.usage, name, found)
  const context = requestContextOf(request, input, services.random.uuid(), user?.note)
  const ctx = makeContext(services, {
    request: withBelievedAddress(context, {
      mayNameAddress: signer !== undefined || isPropagating(found.client),
    }),
    caller: signer ?? found.user,
    pool: found.pool && capabilityFor(region, found.pool),
    client: found.client,
  })
  if (user === undefined) return () => run(ctx as never, input as never)
  return async () => {
    const output = await run(ctx as never, input as never)
    user.record()
    return output
  }
}

/** An app client's ID that a caller has signed for is taken at the caller's word. */
function noteCall(
  { usage }: Services,
  { request, signer, input }: Call<Known>,
  { pool, client }: Target,
): void {
  if (pool === undefined) return
  const named = signer !== undefined && typeof input['ClientId'] === 'string' && input['ClientId']
  const clientId = client?.client.clientId ?? (named || undefined)
  const { headers } = request
  usage.call({ poolId: pool.id, clientId, kind: 'API', issuerForm: 'NONE', headers })
}

// Cognito: API reference, EnablePropagateAdditionalUserContextData, 2026: only apps with a secret.
/** Whether the caller of an app's operation may name its users' addresses. */
function isPropagating(found: ResolvedClient | undefined): boolean {
  if (found === undefined) return false
  const { client, secrets } = found
  return client.settings.enablePropagateAdditionalUserContextData && secrets.length > 0
}

async function requireRate(
  { throttle }: Services,
  operation: string,
  input: Call<Known>['input'],
  target: Target,
): Promise<void> {
  const rated = throttle && ratedRequest(operation, input, target)
  if (rated === undefined || (await throttle?.admits(rated)) === true) return
  throw new ApiError('TooManyRequestsException', 'Too many requests')
}

async function requireGate({ copies }: Services, region: Region, pool: Pool): Promise<void> {
  const isHidden =
    pool.role === 'SECONDARY' && (pool.status === 'CREATING' || pool.status === 'DELETING')
  if (!isHidden && isAllowed(region, pool.role, pool.status)) return
  // What says that the replica is ACTIVE may be on its way.
  if (isAllowed(region, pool.role, 'ACTIVE')) await requireFinishedCopyOf(copies, pool)
  if (isHidden) throw errorFor('pool-absent', pool.id)
  throw new ApiError('OperationNotEnabledException', NOT_ENABLED_MESSAGE)
}

function noteNewPool(output: unknown, audit: AuditFields): void {
  const pool = isObject(output) ? output['UserPool'] : undefined
  if (isObject(pool) && typeof pool['Id'] === 'string') audit.poolId ??= pool['Id']
}

function capabilityFor(region: Region, pool: Pool): Pool {
  const capable =
    region === 'primary' ? asPrimary(pool) : region === 'regional' ? asRegional(pool) : pool
  if (capable === undefined) {
    throw new ApiError('OperationNotEnabledException', NOT_ENABLED_MESSAGE)
  }
  return capable
}

function makeContext(
  services: Services,
  call: {
    request: RequestContext
    caller: IamCaller | Target['user']
    pool: Pool | undefined
    client: ResolvedClient | undefined
  },
) {
  // The services are the context's prototype: copying all of them would cost more than most calls
  // do with them.
  return Object.assign(Object.create(services) as Services, call, {
    nowMs: services.clock.nowMs(),
    poolArn: (poolId: string) => poolArn(services, poolId),
    fail: (code: ErrorCode, message: string, members = {}): never => {
      throw new ApiError(code, message, { members })
    },
  })
}

// Deviation: a message that cannot be sent is an error of the caller's also where an operation
// declares none for it, as sign-ins do: SDKs repeat a call that ended in an internal error, and
// each time the user's failed messages with it. What the service gives there is not documented.
const INSTEAD: Partial<Readonly<Record<ErrorCode, ErrorCode>>> = {
  CodeDeliveryFailureException: 'InvalidParameterException',
  LimitExceededException: 'TooManyRequestsException',
}

function declared({ log }: Services, error: unknown, { name, errors }: OperationSchema): unknown {
  if (!(error instanceof ApiError) || isDeclared(error.code, errors)) return error
  const instead = INSTEAD[error.code]
  if (instead !== undefined) return new ApiError(instead, error.message, { cause: error })
  log.error('undeclared error', { operation: name, code: error.code })
  return new ApiError('InternalErrorException', 'Internal server error', { cause: error })
}

/** A key that is not here comes with the copy of the Region that has its primary. */
async function unfinishedOr(error: unknown, { copies }: Services): Promise<unknown> {
  if (!(error instanceof KeyRefusedError) || error.refusal !== 'not-found') return error
  return requireFinishedCopies(copies).then(
    () => error,
    (unfinished: unknown) => unfinished,
  )
}

function toShown(error: unknown, isSigned: boolean): ShownError {
  const shown = error instanceof ApiError ? error : translate(error, isSigned)
  const { code, message, members, cause = shown } = shown
  return { code, status: errorTable[code].status, message, members, cause }
}

/**
 * Errors of dependencies. What the customer's code says is for the caller. A KMS that refuses is
 * the customer's to repair, so its refusal is shown; the ARN of the key names the account, so only
 * callers who signed see that.
 */
function translate(error: unknown, isSigned: boolean): ApiError {
  if (error instanceof TriggerError) return triggerError(error)
  if (error instanceof KeyRefusedError && error.refusal !== 'unavailable') {
    const key = isSigned ? `KMS key ${error.arn}` : 'the KMS key of the user pool'
    return new ApiError(
      'InvalidParameterException',
      `KMS validation error: ${key} is in an invalid state: ${error.refusal}.`,
      { cause: error },
    )
  }
  const message = error instanceof CopyUnfinishedError ? error.message : 'Internal server error'
  return new ApiError('InternalErrorException', message, { cause: error })
}

// Cognito: developer guide, "Customizing user pool workflows with Lambda triggers", 2026.
function triggerError(error: TriggerError): ApiError {
  const { trigger, failure, message } = error
  const options = { cause: error }
  switch (failure) {
    case 'refused': {
      const text = `${trigger} failed with error ${message}.`
      return new ApiError('UserLambdaValidationException', text, options)
    }
    case 'invalid-response':
      return new ApiError('InvalidLambdaResponseException', 'Unrecognizable lambda output', options)
    case 'not-invoked': {
      const text = `${trigger} invocation failed due to error ${message}.`
      return new ApiError('UnexpectedLambdaException', text, options)
    }
  }
}
