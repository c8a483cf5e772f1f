// The settings of a pool that are one Region's own and that UpdateUserPool takes: email, SMS,
// Lambda triggers and tags.
import { toCamel } from '#contract/case.js'
import type { CognitoInput } from '#contract/types.js'
import type { RegionalSettings } from '#domain/pool/settings.js'
import { withoutUndefined } from './settings.js'

type RegionalInput = Pick<
  CognitoInput<'UpdateUserPool'>,
  'EmailConfiguration' | 'LambdaConfig' | 'SmsConfiguration'
>

/** The settings of a request; other regional settings, which it does not take, stay. */
export function regionalSettings(
  input: RegionalInput,
  existing: RegionalSettings,
): RegionalSettings {
  return withoutUndefined({
    ...existing,
    emailConfiguration: toCamel(input.EmailConfiguration),
    smsConfiguration: toCamel(input.SmsConfiguration),
    lambdaConfig: toCamel(input.LambdaConfig),
  })
}
