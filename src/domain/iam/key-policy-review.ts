// What can be said of a key's policy before it is put: where it is wrong, whether its author could
// change it again, and which pools it would keep from the key. The KMS decides about the first two
// once more; the last one nobody asks before the pool stops. Policies of access keys are not known
// here, so where the key's policy leaves it to them, they are taken to allow.
import { isObject } from '#base/json.js'
import { type JsonNode, readJsonLines } from '#base/json-lines.js'
import { poolArn } from '../arn.js'
import { keyRequestValues, poolKeyRequest, USER_POOLS_SERVICE } from './key-request.js'
import { evaluateResourcePolicy, type Policy, parseResourcePolicy } from './policy.js'
import { PolicyProblem } from './policy-problem.js'

/** Something that keeps a text from being a policy. */
export interface PolicyFault {
  readonly line: number
  readonly message: string
}

/** A pool that uses a key. */
export interface KeyUser {
  readonly poolId: string
  /** The Region that the pool's encryption context names. */
  readonly homeRegion: string
}

/** What is to be said of a policy. */
export interface KeyPolicyReview {
  readonly faults: readonly PolicyFault[]
  /** The caller could not change the policy again. */
  readonly locksOut: boolean
  /** Pools that could not use the key, with the actions that are missing. */
  readonly kept: readonly { readonly poolId: string; readonly actions: readonly string[] }[]
}

/** A key in a Region, by whom it is changed, and the pools that use it. */
export interface KeyPolicySubject {
  readonly accountId: string
  readonly region: string
  readonly keyArn: string
  readonly callerArn: string
  readonly pools: readonly KeyUser[]
}

/** The calls of the service with a pool's key; only the last is about no pool. */
const ACTIONS = ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey'] as const

/** Reviews the text of a policy. */
export function reviewKeyPolicy(text: string, subject: KeyPolicySubject): KeyPolicyReview {
  const faults = faultsIn(text)
  if (faults.length > 0) return { faults, locksOut: false, kept: [] }
  const policy = parseResourcePolicy(text)
  const kept = subject.pools.map((pool) => ({
    poolId: pool.poolId,
    actions: ACTIONS.filter((action) => !allowsPool(policy, subject, { pool, action })),
  }))
  return {
    faults,
    locksOut: !allowsCaller(policy, subject),
    kept: kept.filter(({ actions }) => actions.length > 0),
  }
}

function faultsIn(text: string): readonly PolicyFault[] {
  const read = readJsonLines(text)
  if (read.kind === 'fault') {
    const { line, column, message } = read.fault
    return [{ line, message: `${message} (column ${column})` }]
  }
  const { node } = read
  const given = node.members.get('Statement')
  const statements = given === undefined ? [] : Array.isArray(given.value) ? given.items : [given]
  const ofStatements = statements.flatMap((statement) => faultOf(statement) ?? [])
  if (ofStatements.length > 0) return ofStatements
  const message = problemOf(text)
  if (message === undefined) return []
  const member = [...node.members].find(([name]) => message.includes(name))
  return [{ line: member?.[1].line ?? node.line, message }]
}

/** A statement is a policy of its own, so that each is told what is wrong with it. */
function faultOf({ value, line, members }: JsonNode): PolicyFault | undefined {
  const message = problemOf(JSON.stringify({ Version: '2012-10-17', Statement: [value] }))
  if (message === undefined) return undefined
  const named = [...members].find(([name]) =>
    new RegExp(`\\b${escaped(name)}\\b`, 'i').test(message),
  )
  return { line: named?.[1].line ?? line, message: `${message}${sidOf(value)}` }
}

function escaped(name: string): string {
  return name.replaceAll(/[^\w]/g, '\\$&')
}

function sidOf(statement: unknown): string {
  const sid = isObject(statement) ? statement['Sid'] : undefined
  return typeof sid === 'string' && sid !== '' ? ` (${sid})` : ''
}

function problemOf(text: string): string | undefined {
  try {
    parseResourcePolicy(text)
    return undefined
  } catch (error) {
    if (error instanceof PolicyProblem) return error.message
    throw error
  }
}

function allowsCaller(policy: Policy, subject: KeyPolicySubject): boolean {
  const { accountId, callerArn, keyArn } = subject
  const decision = evaluateResourcePolicy(policy, {
    principals: { accountId, callerArn },
    action: 'kms:PutKeyPolicy',
    resource: { name: keyArn },
    values: () => keyRequestValues(subject, { principalArn: callerArn }),
  })
  return decision === 'direct' || decision === 'account'
}

/** As the KMS of a Region asks for a pool: as the service and as the account at once. */
function allowsPool(
  policy: Policy,
  subject: KeyPolicySubject,
  { pool, action }: { readonly pool: KeyUser; readonly action: (typeof ACTIONS)[number] },
): boolean {
  const { accountId, keyArn } = subject
  const ofPool = poolArn({ accountId, region: pool.homeRegion }, pool.poolId)
  const request = poolKeyRequest(subject, action === 'kms:DescribeKey' ? undefined : ofPool)
  const decision = evaluateResourcePolicy(policy, {
    principals: { accountId, service: USER_POOLS_SERVICE },
    action,
    resource: { name: keyArn },
    values: () => keyRequestValues(subject, request),
  })
  return decision === 'direct' || decision === 'account'
}
