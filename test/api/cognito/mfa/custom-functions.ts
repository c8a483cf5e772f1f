// Functions of a custom sign-in in two Regions, each of which asks for the Region that it is in.
import { UpdateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider'
import type { Config } from '#config/config.js'
import { cognitoOf, EAST, type Endpoints } from '#test/support/replicated-pool.js'
import { lambdaArn, type TriggerModules } from '#test/support/trigger-module.js'
import { EMAIL, SMS } from './replicated.js'

const FUNCTIONS = {
  DefineAuthChallenge: `export const handler = (event) => {
    const { challengeName, challengeResult } = event.request.session.at(-1) ?? {}
    const response =
      challengeName === 'SRP_A'
        ? { challengeName: 'PASSWORD_VERIFIER' }
        : challengeName !== 'CUSTOM_CHALLENGE'
          ? { challengeName: 'CUSTOM_CHALLENGE' }
          : challengeResult ? { issueTokens: true } : { failAuthentication: true }
    return { ...event, response }
  }`,
  CreateAuthChallenge: `export const handler = (event) => ({
    ...event,
    response: { privateChallengeParameters: { answer: event.region } },
  })`,
  VerifyAuthChallengeResponse: `export const handler = (event) => {
    const { challengeAnswer, privateChallengeParameters: { answer } } = event.request
    return { ...event, response: { answerCorrect: challengeAnswer === answer } }
  }`,
} as const

/** What a node of the Region is told of them. */
export function customFunctions(
  modules: TriggerModules,
  region: string,
): Partial<Config['triggers']> {
  return {
    functions: Object.entries(FUNCTIONS).map(([name, source]) => ({
      arn: lambdaArn(name, region),
      module: modules.write(source),
    })),
  }
}

/** LambdaConfig of a pool in the Region. */
export function customConfig(region: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.keys(FUNCTIONS).map((name) => [name, lambdaArn(name, region)]))
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
