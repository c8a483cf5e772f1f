// The operations of the KMS API, as the SDK package describes them.

import * as sdk from '@aws-sdk/client-kms'
import { required } from '#base/assert.js'
import { kmsErrors } from './generated/kms-errors.js'
import { kmsRules } from './generated/kms-rules.js'
import { constraintsOf, errorsOf } from './model.js'
import { type OperationSchema, operationSchemas } from './schema.js'
import type { KmsOperationName } from './types.js'

/** What the SDK's schemas do not say. */
export const kmsModel = {
  constraints: constraintsOf(kmsRules, sdk),
  errorsOf: errorsOf(kmsErrors),
}

/** By name, like `Encrypt`. A name from a request may be looked up as it is. */
export const kmsOperations: ReadonlyMap<string, OperationSchema> = operationSchemas(sdk, kmsModel)

export function kmsOperation(name: KmsOperationName): OperationSchema {
  return required(kmsOperations.get(name), `the operation ${name}`)
}
