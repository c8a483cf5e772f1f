// The functions of a pool in one Region (LambdaConfig).
import type { Structure } from '#domain/settings/resent.js'
import type { TriggerName } from '#domain/trigger/lambda-config.js'

export interface Configured {
  readonly name: TriggerName
  readonly arn: string
  /** Of the events that it takes, as events spell it. */
  readonly version: string
}

interface Versioned {
  readonly LambdaArn?: string
  readonly LambdaVersion?: string
}

const PLAIN = [
  'PreSignUp',
  'PostConfirmation',
  'PreAuthentication',
  'PostAuthentication',
  'DefineAuthChallenge',
  'CreateAuthChallenge',
  'VerifyAuthChallengeResponse',
  'UserMigration',
  'CustomMessage',
] as const satisfies readonly TriggerName[]

const VERSIONED = {
  PreTokenGeneration: 'PreTokenGenerationConfig',
  CustomEmailSender: 'CustomEmailSender',
  CustomSMSSender: 'CustomSMSSender',
  InboundFederation: 'InboundFederation',
} as const

/** The triggers that have a function, of a LambdaConfig as it is described. */
export function configuredTriggers(lambdaConfig: unknown): readonly Configured[] {
  const config = (lambdaConfig ?? {}) as Structure
  const plain = PLAIN.flatMap((name) => {
    const arn = config[name]
    return typeof arn === 'string' ? [{ name, arn, version: '1' }] : []
  })
  const versioned = (Object.keys(VERSIONED) as (keyof typeof VERSIONED)[]).flatMap((name) => {
    const { LambdaArn: arn, LambdaVersion = 'V1_0' } = versionedIn(config, VERSIONED[name])
    const version = /^V(\d+)_/.exec(LambdaVersion)?.[1] ?? '1'
    return arn === undefined ? [] : [{ name, arn, version }]
  })
  return [...plain, ...versioned]
}

function versionedIn(config: Structure, member: string): Versioned {
  return (config[member] ?? {}) as Versioned
}

/** A LambdaConfig that can be sent: a function with its version, or neither. */
export function sentLambdaConfig(config: Structure): Structure {
  // The older member names the same function as PreTokenGenerationConfig, which is described
  // wherever there is one.
  const { PreTokenGeneration: _, ...others } = config
  const sent: Record<string, unknown> = { ...others }
  for (const member of Object.values(VERSIONED)) {
    const { LambdaArn, LambdaVersion = 'V1_0' } = versionedIn(config, member)
    if (LambdaArn === undefined) delete sent[member]
    else sent[member] = { LambdaArn, LambdaVersion }
  }
  return sent
}
