// The statements that a key's policy needs for a user pool. Policies of the keys of one
// multi-Region key are independent of each other, and one text fits all of them: it names the
// pool's ARN in each of its Regions.
// Cognito: developer guide, "Key policy for a customer managed key", 2026-06. Beyond it, callers
// are limited to the account (`kms:CallerAccount`), as the statement's name in the guide says.
import { poolArn } from '#domain/arn.js'
import { USER_POOLS_SERVICE, viaUserPools } from '#domain/iam/key-request.js'

/** A pool, by what its statements name. */
export interface KeyPolicyRequest {
  readonly accountId: string
  readonly poolId: string
  /** The pool's Regions, also those that it shall get. */
  readonly regions: readonly string[]
}

/** A statement as a policy document has it. */
export interface KeyPolicyStatement {
  readonly Sid: string
  readonly Effect: 'Allow'
  readonly Principal: Readonly<Record<string, string>>
  readonly Action: string | readonly string[]
  readonly Resource: '*'
  readonly Condition: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>
}

const SERVICE = { Service: USER_POOLS_SERVICE }
const CRYPTOGRAPHY = [
  'kms:Encrypt',
  'kms:Decrypt',
  'kms:ReEncrypt*',
  'kms:GenerateDataKeyWithoutPlaintext',
]

/** By what it allows. */
export const KEY_POLICY_SIDS = {
  serviceCryptography: 'AllowCognitoToUseTheKey',
  serviceDescription: 'AllowCognitoToDescribeTheKey',
  callerDescription: 'AllowCallersToDescribeTheKeyThroughCognito',
  callerCryptography: 'AllowCallersToUseTheKeyThroughCognito',
} as const

/** The statements, to be put beside those for the key's administrators. */
export function keyPolicyStatements(request: KeyPolicyRequest): readonly KeyPolicyStatement[] {
  const { accountId, poolId, regions } = request
  const arns = regions.map((region) => poolArn({ accountId, region }, poolId))
  const source = {
    ArnEquals: { 'aws:SourceArn': arns },
    StringEquals: { 'aws:SourceAccount': accountId },
  }
  const context = { StringLike: { 'kms:EncryptionContext:aws:cognito-idp:userpool-arn': arns } }
  const viaService = {
    StringEquals: {
      'kms:ViaService': regions.map(viaUserPools),
      'kms:CallerAccount': accountId,
    },
  }
  const callers = { AWS: '*' }
  const allow = (
    Sid: string,
    Principal: KeyPolicyStatement['Principal'],
    Action: KeyPolicyStatement['Action'],
    Condition: KeyPolicyStatement['Condition'],
  ): KeyPolicyStatement => ({ Sid, Effect: 'Allow', Principal, Action, Resource: '*', Condition })
  const sids = KEY_POLICY_SIDS
  return [
    allow(sids.serviceCryptography, SERVICE, CRYPTOGRAPHY, { ...source, ...context }),
    allow(sids.serviceDescription, SERVICE, 'kms:DescribeKey', source),
    allow(sids.callerDescription, callers, 'kms:DescribeKey', viaService),
    allow(sids.callerCryptography, callers, CRYPTOGRAPHY, { ...viaService, ...context }),
  ]
}
