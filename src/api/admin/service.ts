// Twinpool's own operations, as the pipeline of AWS JSON services runs them.

import { requireAction } from '#api/protocol/authorization.js'
import { ApiError, errorTable } from '#api/protocol/errors.js'
import type { Authenticate, Dispatch } from '#api/protocol/request.js'
import {
  type AuditFields,
  type CallInput,
  createDispatch,
  noteNamedPool,
  type ShownError,
} from '#api/protocol/service.js'
import { required } from '#base/assert.js'
import { isObject } from '#base/json.js'
import { type Metrics, noMetrics } from '#ports/metrics.js'
import type { Tracing } from '#ports/tracing.js'
import { CreateAccessKey, DeleteAccessKey, ListAccessKeys } from './access-keys.js'
import { AdminInput, type AdminOperation, type AdminServices } from './admin-operation.js'
import { ListAuditEntries, VerifyAuditTrail } from './audit.js'
import { CreateConsoleLink } from './console-links.js'
import { CheckKey, GetKeyStatements, ListEligibleRegions, ListKeyHealth } from './keys.js'
import { SendTestLogEvent } from './logs.js'
import { SendTestMessage } from './messages.js'
import { ListAlarms, ListLagSamples, ListNodes } from './nodes.js'
import { ListOutboxMessages } from './outbox.js'
import { DescribeRegion, ListPools, ListReplicas, ResolveDomain } from './overview.js'
import { DescribeRegionalSettings } from './regional-settings.js'
import { ListTriggers, TestTrigger } from './triggers.js'
import { GetUsage, ListEndpointUses } from './usage.js'
import { ListUserImportLog, ListUserImports } from './user-imports.js'
import { ListVerifications, VerifyCopies } from './verification.js'

const operations: ReadonlyMap<string, AdminOperation> = new Map(
  [
    CheckKey,
    CreateAccessKey,
    CreateConsoleLink,
    DeleteAccessKey,
    DescribeRegion,
    DescribeRegionalSettings,
    GetKeyStatements,
    GetUsage,
    ListAccessKeys,
    ListAlarms,
    ListEligibleRegions,
    ListEndpointUses,
    ListKeyHealth,
    ListLagSamples,
    ListNodes,
    ListAuditEntries,
    ListOutboxMessages,
    ListPools,
    ListReplicas,
    ListTriggers,
    ListUserImportLog,
    ListUserImports,
    ListVerifications,
    ResolveDomain,
    SendTestLogEvent,
    SendTestMessage,
    TestTrigger,
    VerifyAuditTrail,
    VerifyCopies,
  ].map((operation) => [operation.name, operation]),
)

/** Returns the dispatch of `TwinpoolService.*`. */
export function createAdminDispatch(options: {
  readonly services: AdminServices
  /** For the service `twinpool`. */
  readonly authenticate: Authenticate
  readonly concurrentCallsMax: number
  readonly metrics?: Metrics
  readonly tracing?: Tracing | undefined
}): Dispatch {
  const { services, authenticate, concurrentCallsMax } = options
  const { clock, log } = services
  return createDispatch<AdminOperation>({
    name: 'twinpool',
    metrics: options.metrics ?? noMetrics,
    tracing: options.tracing,
    trail: services.trail,
    isChange: (name) => !READS.test(name),
    made: noteNewKey,
    auditMessage: 'call',
    clock,
    log,
    authenticate,
    concurrentCallsMax,
    find: (name) => operations.get(name),
    isSigned: () => true,
    read: (_operation, body) => readInput(body),
    resolve({ operation, signer, input, audit }) {
      noteKey(input['AccessKeyId'], audit)
      noteNamedPool(input['UserPoolId'], audit)
      const caller = required(signer, 'the signer')
      requireAction(caller, `twinpool:${operation.name}`, '*')
      return () => operation.run(services, new AdminInput(input), caller)
    },
    declared: (error) => error,
    write: (_operation, output) => JSON.stringify(output),
    toShown,
    // Reads come every other second from an open start page, and change nothing.
    isQuiet: (operation) => READS.test(operation),
  })
}

const READS = /^(?:List|Get|Describe|Resolve|CheckKey|VerifyAudit)/

function noteNewKey(output: unknown, audit: AuditFields): void {
  const key = isObject(output) ? output['AccessKey'] : undefined
  if (isObject(key)) noteKey(key['AccessKeyId'], audit)
}

function noteKey(id: unknown, audit: AuditFields): void {
  if (typeof id === 'string' && /^[A-Z0-9]{16,32}$/.test(id)) audit.keyId ??= id
}

function readInput(body: Uint8Array): CallInput {
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8') || '{}')
  } catch (cause) {
    throw new ApiError('SerializationException', 'The request body is not valid JSON.', { cause })
  }
  if (isObject(value)) return value
  throw new ApiError('SerializationException', 'The request body is not an object.')
}

function toShown(error: unknown): ShownError {
  const shown =
    error instanceof ApiError
      ? error
      : new ApiError('InternalErrorException', 'Internal server error', { cause: error })
  const { code, message, cause = shown } = shown
  return { code, status: errorTable[code].status, message, cause }
}
