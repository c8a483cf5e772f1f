import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cognitoOperations } from './cognito.js'
import { kmsOperations } from './kms.js'
import type {
  CognitoInput,
  CognitoOperationName,
  CognitoOutput,
  KmsInput,
  KmsOperationName,
  KmsOutput,
} from './types.js'

/** Compiles only when both types are the same. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <T extends true>(statement?: T): T | undefined => statement

test('required members are present and optional ones may be undefined', () => {
  holds<Same<CognitoInput<'SignUp'>['Username'], string>>()
  holds<Same<CognitoInput<'SignUp'>['Password'], string | undefined>>()
  holds<Same<CognitoInput<'SignUp'>['ClientMetadata'], Record<string, string> | undefined>>()
  holds<Same<KmsInput<'Encrypt'>['Plaintext'], Uint8Array>>()
  holds<Same<KmsOutput<'Encrypt'>['KeyId'], string | undefined>>()
  const response: CognitoOutput<'SignUp'> = {
    UserConfirmed: true,
    UserSub: 'x',
    Session: undefined,
  }
  assert.equal(response.UserSub, 'x')
  // @ts-expect-error a required member may not be left out
  const incomplete: CognitoOutput<'SignUp'> = { UserConfirmed: true }
  assert.equal(incomplete.UserSub, undefined)
  // @ts-expect-error nor may a member be unknown
  const unknown: CognitoOutput<'SignUp'> = { UserConfirmed: true, UserSub: 'x', Extra: 1 }
  assert.ok(unknown)
})

test('required members of nested structures are present too', () => {
  type Attribute = NonNullable<CognitoInput<'SignUp'>['UserAttributes']>[number]
  holds<Same<Attribute['Name'], string>>()
  holds<Same<Attribute['Value'], string | undefined>>()
  const users: CognitoOutput<'ListUsers'> = {
    Users: [{ Username: 'ada', UserCreateDate: new Date(0), Attributes: undefined }] as const,
  }
  assert.equal(users.Users?.length, 1)
})

test('responses carry no SDK metadata', () => {
  holds<Same<Extract<keyof CognitoOutput<'SignUp'>, '$metadata'>, never>>()
  holds<Same<keyof CognitoOutput<'DeleteGroup'>, never>>()
})

test('the names are those of the operations', () => {
  const cognito: CognitoOperationName[] = ['SignUp', 'InitiateAuth', 'CreateUserPoolReplica']
  const kms: KmsOperationName[] = ['Encrypt', 'ReplicateKey']
  for (const name of cognito) assert.ok(cognitoOperations.has(name))
  for (const name of kms) assert.ok(kmsOperations.has(name))
  // @ts-expect-error not an operation
  const wrong: CognitoOperationName = '$'
  assert.ok(!cognitoOperations.has(wrong))
})
