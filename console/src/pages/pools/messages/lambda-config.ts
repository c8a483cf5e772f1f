// The functions of a pool in one Region (LambdaConfig).
import { isObject } from '#base/json.js'
import type { Structure } from '#domain/settings/resent.js'
import {
  functionOf,
  type LambdaConfig,
  TRIGGER_NAMES,
  type TriggerFunction,
  type TriggerName,
} from '#domain/trigger/lambda-config.js'

export interface Configured extends TriggerFunction {
  readonly name: TriggerName
}

/** The triggers that have a function, of a LambdaConfig as it is described. */
export function configuredTriggers(lambdaConfig: unknown): readonly Configured[] {
  const config = stored(lambdaConfig ?? {}) as LambdaConfig
  return TRIGGER_NAMES.flatMap((name) => {
    const found = functionOf(config, name)
    return found === undefined ? [] : [{ name, ...found }]
  })
}

/** In the names of the stored form, which differ from the API's in the first letter. */
function stored(value: unknown): unknown {
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name.charAt(0).toLowerCase() + name.slice(1),
      stored(part),
    ]),
  )
}

const VERSIONED = [
  'PreTokenGenerationConfig',
  'CustomEmailSender',
  'CustomSMSSender',
  'InboundFederation',
]

interface Versioned {
  readonly LambdaArn?: string
  readonly LambdaVersion?: string
}

/** A LambdaConfig that can be sent: a function with its version, or neither. */
export function sentLambdaConfig(config: Structure): Structure {
  // The older member names the same function as PreTokenGenerationConfig, which is described
  // wherever there is one.
  const { PreTokenGeneration: _, ...others } = config
  const sent: Record<string, unknown> = { ...others }
  for (const member of VERSIONED) {
    const { LambdaArn, LambdaVersion = 'V1_0' } = (config[member] ?? {}) as Versioned
    if (LambdaArn === undefined) delete sent[member]
    else sent[member] = { LambdaArn, LambdaVersion }
  }
  return sent
}
