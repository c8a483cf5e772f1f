// The KMS API, as the pipeline of AWS JSON services runs it.

import { ApiError, type ErrorCode, errorTable } from '#api/protocol/errors.js'
import type { ApiRequest, Authenticate, Dispatch } from '#api/protocol/request.js'
import {
  type AuditFields,
  type Call,
  type CallInput,
  createDispatch,
  readBySchema,
  type ShownError,
} from '#api/protocol/service.js'
import type { AuditTrail } from '#app/audit/trail.js'
import { required } from '#base/assert.js'
import { isObject } from '#base/json.js'
import { encode } from '#contract/codec.js'
import { kmsOperations as schemas } from '#contract/kms.js'
import type { OperationSchema } from '#contract/schema.js'
import type { KmsOperationName } from '#contract/types.js'
import { keyArn } from '#domain/arn.js'
import type { KeyRequest } from '#domain/iam/key-request.js'
import { type AccessQuestion, KeyAccess } from '#kms/access.js'
import { isDeclaredByKms, KmsError, kmsErrorTable } from '#kms/errors.js'
import { requireState, type StateRequirement } from '#kms/key-state.js'
import { recordedName } from '#kms/reference.js'
import type { KmsCaller, KmsServices } from '#kms/services.js'
import { type Metrics, noMetrics } from '#ports/metrics.js'
import { LinkUnreachableError } from '#ports/region-link.js'
import type { Tracing } from '#ports/tracing.js'
import type { AnyKmsOperation, KmsContext } from './operation.js'
import { kmsOperations } from './registry.js'

/** Operations that change nothing; uses of keys are no administration. */
const READS = /^(?:Get|List|Describe|Encrypt$|Decrypt$|ReEncrypt$|Generate)/

export interface KmsOptions {
  readonly services: KmsServices
  readonly authenticate: Authenticate
  readonly concurrentCallsMax: number
  readonly metrics?: Metrics
  readonly tracing?: Tracing | undefined
  readonly trail?: AuditTrail | undefined
}

function noteNewKey(output: unknown, audit: AuditFields): void {
  const key = isObject(output) ? output['KeyMetadata'] : undefined
  if (isObject(key) && typeof key['KeyId'] === 'string') audit.keyId ??= key['KeyId']
}

/** The KMS's names for what the pipeline refuses. */
const OWN_CODES: Readonly<Partial<Record<ErrorCode, readonly [code: string, message?: string]>>> = {
  InvalidParameterException: ['ValidationException'],
  TooManyRequestsException: ['ThrottlingException', 'Rate exceeded'],
}

/** Returns the dispatch of the KMS API. */
export function createKmsDispatch(options: KmsOptions): Dispatch {
  const { services, authenticate, concurrentCallsMax } = options
  const { clock, log } = services
  const access = new KeyAccess(services)
  return createDispatch<OperationSchema>({
    name: 'kms',
    metrics: options.metrics ?? noMetrics,
    tracing: options.tracing,
    trail: options.trail,
    isChange: (name) => !READS.test(name),
    made: noteNewKey,
    auditMessage: 'kms call',
    clock,
    log,
    authenticate,
    concurrentCallsMax,
    find: (name) => schemas.get(name),
    isSigned: () => true,
    read: readBySchema,
    resolve: (call) => resolve(services, access, call),
    declared: (error, { name }) => declared(services, error, name as KmsOperationName),
    write: ({ output: schema }, output) => encode(schema, output ?? {}),
    toShown,
  })
}

/** Errors about the key must be among the declared ones, too. */
async function resolve(
  services: KmsServices,
  access: KeyAccess,
  { request, operation: { name }, signer, input, audit }: Call<OperationSchema>,
): Promise<() => unknown> {
  noteNamedKey(services, input, audit)
  const operation = kmsOperations[name as KmsOperationName]
  if (operation === undefined) {
    throw new KmsError('UnsupportedOperationException', `${name} is not supported.`)
  }
  const caller = required(signer, 'the signer')
  const { state } = operation
  const ctx = makeContext({ services, access, caller, state, values: valuesOf(input, request) })
  try {
    const key = await findKey(ctx, operation, input['KeyId'])
    const permitted = await operation.permit({ ...ctx, key } as never, input as never)
    const keyId = key?.id ?? permitted.keyId
    if (keyId !== undefined) audit.keyId = keyId
    return () => permitted.run()
  } catch (error) {
    throw declared(services, error, name as KmsOperationName)
  }
}

/** What a caller calls a key is recorded also where there is none, or none for this caller. */
function noteNamedKey(services: KmsServices, input: CallInput, audit: AuditFields): void {
  const { KeyId, TargetKeyId, DestinationKeyId, AliasName } = input
  const reference = KeyId ?? TargetKeyId ?? DestinationKeyId ?? AliasName
  const name = typeof reference === 'string' ? recordedName(services, reference) : undefined
  if (name !== undefined) audit.keyId = name
}

async function findKey(ctx: KmsContext<'none'>, operation: AnyKmsOperation, reference: unknown) {
  if (operation.key === 'none') return undefined
  const accepts = { aliases: operation.key === 'id-or-alias' }
  const key = await ctx.access.find(ctx.question(operation.name), String(reference), accepts)
  requireState(key, ctx.keyArn(key.id), operation.state)
  return key
}

/** The members that conditions of key policies ask about, whichever the operation. */
function valuesOf(input: Readonly<Record<string, unknown>>, request: ApiRequest): KeyRequest {
  const tags = input['Tags'] as { TagKey: string; TagValue: string }[] | undefined
  const encryptionContext = input['EncryptionContext'] as Record<string, string> | undefined
  return {
    encryptionContext,
    sourceIp: request.sourceIp,
    replicaRegion: input['ReplicaRegion'] as string | undefined,
    pendingWindowDays: input['PendingWindowInDays'] as number | undefined,
    bypassesLockoutCheck: input['BypassPolicyLockoutSafetyCheck'] as boolean | undefined,
    tagKeys: input['TagKeys'] as string[] | undefined,
    tags: tags && Object.fromEntries(tags.map((tag) => [tag.TagKey, tag.TagValue])),
  }
}

function makeContext(call: {
  readonly services: KmsServices
  readonly access: KeyAccess
  readonly caller: KmsCaller
  readonly state: StateRequirement
  readonly values: KeyRequest
}): KmsContext<'none'> {
  const { services, access, caller, state, values } = call
  return {
    ...services,
    access,
    caller,
    key: undefined,
    state,
    nowMs: services.clock.nowMs(),
    question: (action): AccessQuestion => ({ caller, action: `kms:${action}`, values }),
    keyArn: (keyId) => keyArn(services, keyId),
    fail: (code, message): never => {
      throw new KmsError(code, message)
    },
  }
}

// Some operations declare no InvalidArnException: for them a name that cannot be read is a key that
// is not found.
function declared({ log }: KmsServices, error: unknown, name: KmsOperationName): unknown {
  if (error instanceof LinkUnreachableError) {
    const message = `The Region ${error.region} cannot be reached. Try again later.`
    return new KmsError('DependencyTimeoutException', message, { cause: error })
  }
  if (!(error instanceof KmsError) || isDeclaredByKms(error.code, name)) return error
  if (error.code === 'InvalidArnException') return new KmsError('NotFoundException', error.message)
  log.error('undeclared error', { operation: name, code: error.code })
  return new KmsError('KMSInternalException', 'Internal failure', { cause: error })
}

function toShown(error: unknown): ShownError {
  if (error instanceof ApiError) {
    const [code = error.code, message = error.message] = OWN_CODES[error.code] ?? []
    const { status } = errorTable[error.code]
    return { code, status, message: message === '' ? undefined : message, cause: error }
  }
  const shown =
    error instanceof KmsError
      ? error
      : new KmsError('KMSInternalException', 'Internal failure', { cause: error })
  const { code, message, cause = shown } = shown
  return { code, status: kmsErrorTable[code], message, cause }
}
