// The log delivery configuration as its two operations describe it.
import { toPascal } from '#contract/case.js'
import type { CognitoOutput } from '#contract/types.js'
import type { Pool } from '#ports/capability.js'

type Shape = NonNullable<CognitoOutput<'GetLogDeliveryConfiguration'>['LogDeliveryConfiguration']>

/** What this Region exports of a pool, and where to. */
export function toLogDeliveryShape({ id, regionalSettings }: Pool): Shape {
  const { logConfigurations = [] } = regionalSettings
  // It was checked by the operation that stored it.
  const LogConfigurations = toPascal(logConfigurations) as Shape['LogConfigurations']
  return { UserPoolId: id, LogConfigurations }
}
