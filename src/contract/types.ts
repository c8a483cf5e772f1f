// TypeScript types of the wire, derived from the SDK's own command classes, so that a version bump
// of the SDK changes them and the schemas in the same step. The SDK declares a required member as
// `string | undefined`; after decode and check it is there, so `undefined` is taken off here.

import type * as CognitoSdk from '@aws-sdk/client-cognito-identity-provider'
import type * as KmsSdk from '@aws-sdk/client-kms'

type Cognito = typeof CognitoSdk
type Kms = typeof KmsSdk

/** `SignUp` for each exported class `SignUpCommand`; `$Command` is the SDK's own base class. */
type OperationName<Sdk> = keyof {
  [Key in keyof Sdk as Key extends `${infer Name}Command` ? Exclude<Name, '$'> : never]: true
}

type CommandOf<Sdk, Name extends string> = Sdk[Extract<keyof Sdk, `${Name}Command`>] extends new (
  input: never,
) => infer Command
  ? Command
  : never

type InputOf<Command> = Command extends { readonly input: infer Input } ? Input : never

type OutputOf<Command> = Command extends { resolveMiddleware(...parts: never): infer Handler }
  ? Handler extends (parts: never) => Promise<{ output: infer Output }>
    ? Omit<Output, '$metadata'>
    : never
  : never

type Leaf = string | number | boolean | bigint | Date | Uint8Array | null | undefined

/** Takes `undefined` off members that are not optional, at every depth. */
export type Received<T> = T extends Leaf
  ? T
  : T extends readonly (infer Item)[]
    ? Received<Item>[]
    : { [Key in keyof T]: Present<T, Key, Received<T[Key]>> }

/** As `Received`, with read-only lists: the caller does not change what an operation returned. */
export type Returned<T> = T extends Leaf
  ? T
  : T extends readonly (infer Item)[]
    ? readonly Returned<Item>[]
    : { readonly [Key in keyof T]: Present<T, Key, Returned<T[Key]>> }

type Present<T, Key extends keyof T, Value> =
  // biome-ignore lint/complexity/noBannedTypes: it extends types of optional members only.
  {} extends Pick<T, Key> ? Value : Exclude<Value, undefined>

/** Names of the operations of the user pools API. */
export type CognitoOperationName = OperationName<Cognito>

/** What the handler of an operation receives: decoded and checked. */
export type CognitoInput<Name extends CognitoOperationName> = Received<
  InputOf<CommandOf<Cognito, Name>>
>

/** What the handler of an operation returns; optional members may be `undefined`. */
export type CognitoOutput<Name extends CognitoOperationName> = Returned<
  OutputOf<CommandOf<Cognito, Name>>
>

/** Names of the operations of the KMS API. */
export type KmsOperationName = OperationName<Kms>

/** What the handler of a KMS operation receives: decoded and checked. */
export type KmsInput<Name extends KmsOperationName> = Received<InputOf<CommandOf<Kms, Name>>>

/** What the handler of a KMS operation returns; optional members may be `undefined`. */
export type KmsOutput<Name extends KmsOperationName> = Returned<OutputOf<CommandOf<Kms, Name>>>
