// Access keys of the API's own callers: who may sign, and what their policy lets them do. A secret
// is shown once, at its creation; what is kept is sealed. The root key is configuration and is not
// among them.

import { ApiError } from '#api/protocol/errors.js'
import { accessKeySecretContext } from '#app/crypto/service-seal.js'
import { ALPHANUMERIC } from '#base/random.js'
import { parseIdentityPolicy } from '#domain/iam/policy.js'
import { PolicyProblem } from '#domain/iam/policy-problem.js'
import { type AdminOperation, invalid, toTimestamp } from './admin-operation.js'

const ID_ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
const SECRET_ALPHABET = `${ALPHANUMERIC}+/`
const SECRET_LENGTH = 40
const POLICY_LENGTH_MAX = 20_480

/** Creates an access key with a policy. */
export const CreateAccessKey: AdminOperation = {
  name: 'CreateAccessKey',
  async run(services, input) {
    const policy = readPolicy(input.text('PolicyDocument', POLICY_LENGTH_MAX))
    const { accessKeys, clock, random, serviceSeal } = services
    const accessKeyId = `AKIA${random.text(16, ID_ALPHABET)}`
    const secret = random.text(SECRET_LENGTH, SECRET_ALPHABET)
    const createdAtMs = clock.nowMs()
    const secretSealed = serviceSeal.sealText(accessKeySecretContext(accessKeyId), secret)
    await accessKeys.insert({ accessKeyId, secretSealed, policy, createdAtMs })
    services.accessKeysChanged()
    return {
      AccessKey: {
        AccessKeyId: accessKeyId,
        SecretAccessKey: secret,
        CreateDate: toTimestamp(createdAtMs),
      },
    }
  },
}

/** Lists access keys with their policies, never their secrets. */
export const ListAccessKeys: AdminOperation = {
  name: 'ListAccessKeys',
  async run({ accessKeys }) {
    const keys = await accessKeys.list()
    return {
      AccessKeys: keys.map((key) => ({
        AccessKeyId: key.accessKeyId,
        PolicyDocument: JSON.stringify(key.policy),
        CreateDate: toTimestamp(key.createdAtMs),
      })),
    }
  },
}

/** Deletes an access key in every Region. */
export const DeleteAccessKey: AdminOperation = {
  name: 'DeleteAccessKey',
  async run(services, input) {
    const accessKeyId = input.text('AccessKeyId', 128)
    if (!/^[A-Z0-9]+$/.test(accessKeyId)) throw invalid('AccessKeyId is not the ID of a key.')
    const outcome = await services.accessKeys.remove(accessKeyId)
    if (outcome === 'absent') {
      throw new ApiError('ResourceNotFoundException', `Access key ${accessKeyId} does not exist.`)
    }
    services.accessKeysChanged()
    return {}
  },
}

/** The document, once it is known to mean something: a key must not fail at its first use. */
function readPolicy(text: string): unknown {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch (cause) {
    throw invalid('PolicyDocument is not valid JSON.', cause)
  }
  try {
    parseIdentityPolicy(document)
  } catch (error) {
    if (error instanceof PolicyProblem) throw invalid(error.message, error)
    throw error
  }
  return document
}
