// Each Region has functions of its own: a sign-in calls those of the Region that serves it, on a
// secondary too, and events say which Region that is.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import {
  DescribeUserPoolCommand,
  InitiateAuthCommand,
  RespondToAuthChallengeCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { required } from '#base/assert.js'
import {
  activateReplica,
  addUser,
  cognitoOf,
  createPool,
  EAST,
  type ReplicatedPool,
  signIn,
  WEST,
} from '#test/support/replicated-pool.js'
import { claimsOf, failure } from '#test/support/test-api.js'
import { lambdaArn, triggerModules } from '#test/support/trigger-module.js'
import { startTwoNodes, type TwoNodes } from '#test/support/two-nodes.js'
import { waitFor } from '#test/support/wait.js'

const NAMES = ['tokens', 'define', 'create', 'verify', 'migrate'] as const

/** Functions that say in which Region they are, and what their event says. */
const SOURCES: Readonly<Record<(typeof NAMES)[number], string>> = {
  tokens: `export const handler = (event) => {
    const claimsToAddOrOverride = { where: process.env.AWS_REGION, said: event.region }
    return { ...event, response: { claimsOverrideDetails: { claimsToAddOrOverride } } }
  }`,
  define: `export const handler = (event) => ({
    ...event,
    response: event.request.session.some(({ challengeResult }) => challengeResult)
      ? { issueTokens: true }
      : { challengeName: 'CUSTOM_CHALLENGE' },
  })`,
  create: `export const handler = (event) => ({
    ...event,
    response: { privateChallengeParameters: { answer: event.region } },
  })`,
  verify: `export const handler = (event) => ({
    ...event,
    response: {
      answerCorrect:
        event.request.challengeAnswer === event.request.privateChallengeParameters.answer,
    },
  })`,
  migrate: `export const handler = (event) => ({
    ...event,
    response: { userAttributes: {}, finalUserStatus: 'CONFIRMED' },
  })`,
}

describe('functions of two Regions', () => {
  const modules = triggerModules()
  let nodes: TwoNodes
  let pool: ReplicatedPool
  before(async () => {
    nodes = await startTwoNodes({
      functions: (region) => ({
        functions: NAMES.map((name) => ({
          arn: lambdaArn(name, region),
          module: modules.write(SOURCES[name]),
        })),
      }),
    })
    pool = await createPool(nodes, {
      client: {
        ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_CUSTOM_AUTH'],
        PreventUserExistenceErrors: 'LEGACY',
      },
    })
    await addUser(nodes, pool.userPoolId, 'ada')
    await activateReplica(nodes, pool.userPoolId)
    const west = configOf(WEST)
    await setFunctions(WEST, { PreTokenGeneration: west.PreTokenGeneration })
  })
  after(async () => {
    await nodes.close()
    modules.remove()
  })

  const configOf = (region: string) => ({
    PreTokenGeneration: lambdaArn('tokens', region),
    DefineAuthChallenge: lambdaArn('define', region),
    CreateAuthChallenge: lambdaArn('create', region),
    VerifyAuthChallengeResponse: lambdaArn('verify', region),
    UserMigration: lambdaArn('migrate', region),
  })

  function setFunctions(region: string, LambdaConfig: Partial<ReturnType<typeof configOf>>) {
    const { userPoolId: UserPoolId } = pool
    const update = new UpdateUserPoolCommand({ UserPoolId, LambdaConfig })
    return cognitoOf(nodes, region).send(update)
  }

  const claimsAt = async (region: string) => {
    const { idToken } = await signIn(nodes, region, pool, 'ada')
    const { where, said } = claimsOf(idToken)
    return { where, said }
  }

  test('a Region calls its own, and a Region without any calls none', async () => {
    assert.deepEqual(await claimsAt(WEST), { where: WEST, said: WEST })
    assert.deepEqual(await claimsAt(EAST), { where: undefined, said: undefined })
    await setFunctions(EAST, configOf(EAST))
    await waitFor(async () => (await claimsAt(EAST)).where === EAST, { what: 'the east’s own' })
    assert.deepEqual(await claimsAt(EAST), { where: EAST, said: EAST })
    assert.deepEqual(await claimsAt(WEST), { where: WEST, said: WEST })
    const describe = new DescribeUserPoolCommand({ UserPoolId: pool.userPoolId })
    const { UserPool } = await cognitoOf(nodes, WEST).send(describe)
    assert.equal(UserPool?.LambdaConfig?.DefineAuthChallenge, undefined)
  })

  test('a custom sign-in on a secondary, whose session is good there only', async () => {
    await setFunctions(EAST, configOf(EAST))
    const ClientId = pool.clientId
    const AuthParameters = { USERNAME: 'ada' }
    const begin = new InitiateAuthCommand({ AuthFlow: 'CUSTOM_AUTH', ClientId, AuthParameters })
    const { Session } = await cognitoOf(nodes, EAST).send(begin)
    const answer = (region: string, ANSWER: string) =>
      cognitoOf(nodes, region).send(
        new RespondToAuthChallengeCommand({
          ClientId,
          ChallengeName: 'CUSTOM_CHALLENGE',
          Session,
          ChallengeResponses: { USERNAME: 'ada', ANSWER },
        }),
      )
    await assert.rejects(answer(WEST, EAST), failure('NotAuthorizedException'))
    const { AuthenticationResult: result } = await answer(EAST, EAST)
    assert.equal(claimsOf(required(result?.IdToken, 'token'))['where'], EAST)
  })

  test('a secondary does not migrate users, which it could not write', async () => {
    await setFunctions(EAST, configOf(EAST))
    const absent = failure('UserNotFoundException')
    await assert.rejects(signIn(nodes, EAST, pool, 'nobody'), absent)
    await setFunctions(WEST, configOf(WEST))
    assert.ok((await signIn(nodes, WEST, pool, 'nobody')).accessToken)
  })
})
