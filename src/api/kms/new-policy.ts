// A policy that a caller wants a key to have. It must be one that can be evaluated, and unless the
// caller insists, one under which the caller can change it again: a key whose policy nobody can
// change is lost to its owner.

import { type Policy, parseResourcePolicy } from '#domain/iam/policy.js'
import { PolicyProblem } from '#domain/iam/policy-problem.js'
import { KmsError } from '#kms/errors.js'
import type { KmsKey } from '#ports/kms.js'
import type { KmsContext } from './operation.js'

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
