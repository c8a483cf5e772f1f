// The operations of the user pools API, as the SDK package describes them.

import * as sdk from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import { cognitoErrors } from './generated/cognito-errors.js'
import { cognitoRules } from './generated/cognito-rules.js'
import { constraintsOf, errorsOf } from './model.js'
import { type OperationSchema, operationSchemas } from './schema.js'
import type { CognitoOperationName } from './types.js'

/** What the SDK's schemas do not say. */
export const cognitoModel = {
  constraints: constraintsOf(cognitoRules, sdk),
  errorsOf: errorsOf(cognitoErrors),
}

/** By name, like `SignUp`. A name from a request may be looked up as it is. */
export const cognitoOperations: ReadonlyMap<string, OperationSchema> = operationSchemas(
  sdk,
  cognitoModel,
)

export function cognitoOperation(name: CognitoOperationName): OperationSchema {
  return required(cognitoOperations.get(name), `the operation ${name}`)
}
