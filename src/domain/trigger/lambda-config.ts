// Which functions of the customer's a Region calls for a pool (LambdaConfig), and what must hold
// between its members. Each Region has its own, since a function lives in one Region.

import { always, type Decoded, struct, text, word } from '../settings/shape.js'
import type { TierNeed } from '../settings/table.js'

const versioned = struct({
  lambdaArn: always(text),
  lambdaVersion: always(word<'V1_0' | 'V2_0' | 'V3_0'>()),
})

/** The stored form. Names are those of the API, uncapitalised. */
export const lambdaConfig = struct({
  preSignUp: text,
  customMessage: text,
  postConfirmation: text,
  preAuthentication: text,
  postAuthentication: text,
  defineAuthChallenge: text,
  createAuthChallenge: text,
  verifyAuthChallengeResponse: text,
  preTokenGeneration: text,
  userMigration: text,
  preTokenGenerationConfig: versioned,
  customSMSSender: versioned,
  customEmailSender: versioned,
  kMSKeyID: text,
  inboundFederation: versioned,
})

/** The functions of a pool in one Region. */
export type LambdaConfig = NonNullable<Decoded<typeof lambdaConfig>>

/** A function, and the version of the events that it takes, as events spell it. */
export interface TriggerFunction {
  readonly arn: string
  readonly version: string
}

const MEMBERS = {
  PreSignUp: 'preSignUp',
  PostConfirmation: 'postConfirmation',
  PreAuthentication: 'preAuthentication',
  PostAuthentication: 'postAuthentication',
  DefineAuthChallenge: 'defineAuthChallenge',
  CreateAuthChallenge: 'createAuthChallenge',
  VerifyAuthChallengeResponse: 'verifyAuthChallengeResponse',
  UserMigration: 'userMigration',
  CustomMessage: 'customMessage',
  PreTokenGeneration: 'preTokenGenerationConfig',
  CustomEmailSender: 'customEmailSender',
  CustomSMSSender: 'customSMSSender',
  InboundFederation: 'inboundFederation',
} as const satisfies Record<string, keyof LambdaConfig>

/** What the customer configures a function for. */
export type TriggerName = keyof typeof MEMBERS

/** All of them. */
export const TRIGGER_NAMES = Object.keys(MEMBERS) as readonly TriggerName[]

/** The function for a trigger; undefined where the customer has none. */
export function functionOf(
  config: LambdaConfig | undefined,
  name: TriggerName,
): TriggerFunction | undefined {
  if (config === undefined) return undefined
  const member = config[MEMBERS[name]]
  if (typeof member === 'string') return { arn: member, version: '1' }
  if (member !== undefined) {
    const [, version = '1'] = /^V(\d+)_/.exec(member.lambdaVersion) ?? []
    return { arn: member.lambdaArn, version }
  }
  const { preTokenGeneration: arn } = config
  return name === 'PreTokenGeneration' && arn !== undefined ? { arn, version: '1' } : undefined
}

/** What is wrong between the members, for their caller; undefined when nothing is. */
export function lambdaConfigProblem(config: LambdaConfig | undefined): string | undefined {
  if (config === undefined) return undefined
  const { preTokenGeneration, preTokenGenerationConfig, customEmailSender, customSMSSender } =
    config
  const versionedArn = preTokenGenerationConfig?.lambdaArn
  if (preTokenGeneration !== undefined && versionedArn !== undefined) {
    if (preTokenGeneration !== versionedArn) {
      return 'PreTokenGeneration and PreTokenGenerationConfig must name the same Lambda function.'
    }
  }
  const hasSender = customEmailSender !== undefined || customSMSSender !== undefined
  if (hasSender && config.kMSKeyID === undefined) {
    return 'KMSKeyID is required when a custom sender Lambda trigger is set.'
  }
  return undefined
}

/** Plan that the functions need. Cognito: developer guide, "User pool feature plans", 2026. */
export function lambdaConfigTier(config: LambdaConfig): TierNeed | undefined {
  const version = config.preTokenGenerationConfig?.lambdaVersion ?? 'V1_0'
  if (version === 'V1_0') return undefined
  return { what: 'Access token customization', plan: 'ESSENTIALS' }
}

// Cognito: API reference, LambdaConfigType, 2026: both members of pre token generation name the
// same function; terraform-provider-aws reads both back, whichever was given.
/** The configuration as it is described. */
export function describedLambdaConfig(config: LambdaConfig | undefined): unknown {
  const pre = functionOf(config, 'PreTokenGeneration')
  if (config === undefined || pre === undefined) return config ?? {}
  return {
    ...config,
    preTokenGeneration: pre.arn,
    preTokenGenerationConfig: {
      lambdaArn: pre.arn,
      lambdaVersion: config.preTokenGenerationConfig?.lambdaVersion ?? 'V1_0',
    },
  }
}
