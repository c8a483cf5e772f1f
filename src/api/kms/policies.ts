// The policy of a key: each key has one, and its name is always `default`.
import { type Policy, parseResourcePolicy } from '#domain/iam/policy.js'
import { PolicyProblem } from '#domain/iam/policy-problem.js'
import { KmsError } from '#kms/errors.js'
import type { KmsKey } from '#ports/kms.js'
import { changeKey, type KmsContext, kmsOperation } from './operation.js'

const POLICY_BYTES_MAX = 32_768

/** The text to store. Throws MalformedPolicyDocumentException or LimitExceededException. */
export function readNewPolicy(
  ctx: Pick<KmsContext, 'access' | 'caller' | 'accountId'>,
  key: KmsKey,
  given: { readonly text: string | undefined; readonly bypassesCheck: boolean | undefined },
): string {
  const text = given.text ?? defaultKeyPolicy(ctx.accountId)
  if (Buffer.byteLength(text) > POLICY_BYTES_MAX) {
    throw new KmsError('LimitExceededException', `A key policy has ${POLICY_BYTES_MAX} bytes.`)
  }
  const policy = parse(text)
  if (given.bypassesCheck !== true && !ctx.access.keepsPolicyChangeable(ctx.caller, key, policy)) {
    throw new KmsError(
      'MalformedPolicyDocumentException',
      'The new key policy will not allow you to update the key policy in the future.',
    )
  }
  return text
}

function parse(text: string): Policy {
  try {
    return parseResourcePolicy(text)
  } catch (error) {
    if (!(error instanceof PolicyProblem)) throw error
    throw new KmsError('MalformedPolicyDocumentException', error.message, { cause: error })
  }
}

/** The policy of a key that was made without one: the account decides. */
function defaultKeyPolicy(accountId: string): string {
  const document = {
    Version: '2012-10-17',
    Id: 'key-default-1',
    Statement: [
      {
        Sid: 'Enable IAM User Permissions',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
    ],
  }
  return JSON.stringify(document, undefined, 2)
}

function requireDefaultPolicyName(name: string | undefined): void {
  if (name === undefined || name === 'default') return
  throw new KmsError('NotFoundException', 'No such policy exists')
}

export const PutKeyPolicy = kmsOperation(
  { name: 'PutKeyPolicy', key: 'id', state: 'any' },
  async (ctx, input) => {
    requireDefaultPolicyName(input.PolicyName)
    await changeKey(ctx, (key) => ({
      ...key,
      policy: readNewPolicy(ctx, key, {
        text: input.Policy,
        bypassesCheck: input.BypassPolicyLockoutSafetyCheck,
      }),
    }))
    return {}
  },
)

export const GetKeyPolicy = kmsOperation(
  { name: 'GetKeyPolicy', key: 'id', state: 'any' },
  (ctx, input) => {
    requireDefaultPolicyName(input.PolicyName)
    return { Policy: ctx.key.policy, PolicyName: 'default' }
  },
)

export const ListKeyPolicies = kmsOperation(
  { name: 'ListKeyPolicies', key: 'id', state: 'any' },
  () => ({ PolicyNames: ['default'], Truncated: false }),
)
