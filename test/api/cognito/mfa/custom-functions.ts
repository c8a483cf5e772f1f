// Functions of a custom sign-in in two Regions, each of which asks for the Region that it is in.
import { UpdateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider'
import type { Config } from '#config/config.js'
import { CUSTOM_SIGN_IN_FUNCTIONS } from '#test/support/custom-sign-in.js'
import { cognitoOf, EAST, type Endpoints } from '#test/support/replicated-pool.js'
import { lambdaArn, type TriggerModules } from '#test/support/trigger-module.js'
import { EMAIL, SMS } from './replicated.js'

/** What a node of the Region is told of them. */
export function customFunctions(
  modules: TriggerModules,
  region: string,
): Partial<Config['triggers']> {
  return {
    functions: Object.entries(CUSTOM_SIGN_IN_FUNCTIONS).map(([name, source]) => ({
      arn: lambdaArn(name, region),
      module: modules.write(source),
    })),
  }
}

/** LambdaConfig of a pool in the Region. */
export function customConfig(region: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.keys(CUSTOM_SIGN_IN_FUNCTIONS).map((name) => [name, lambdaArn(name, region)]),
  )
}

/** Gives a pool its functions at the secondary, and its transports of messages. */
export async function configureEast(stack: Endpoints, UserPoolId: string): Promise<void> {
  await cognitoOf(stack, EAST).send(
    new UpdateUserPoolCommand({
      UserPoolId,
      LambdaConfig: customConfig(EAST),
      EmailConfiguration: EMAIL,
      SmsConfiguration: SMS,
    }),
  )
}
