// The three functions of a custom sign-in: what comes next, which challenge, and whether the answer
// is right. They are asked for names without a user, too, who are told apart by `userNotFound`.
// Cognito: developer guide, "Custom authentication challenge Lambda triggers", 2026.

import type { JsonObject } from '#base/json.js'
import type { Defined } from '#domain/challenge/state.js'
import { hidesUsers } from '#domain/credential/decoy.js'
import type { TriggerName } from '#domain/trigger/lambda-config.js'
import type { TriggerFunctions } from '#ports/trigger-functions.js'
import type {
  ChallengeAuthEvent,
  ChallengeRound,
  CustomChallenge,
  Triggers,
} from '#ports/triggers.js'
import {
  type Configured,
  configured,
  metadataOf,
  ResponseReader,
  respond,
  userAttributes,
} from './function-event.js'

type ChallengeTriggers = Pick<
  Triggers,
  'defineAuthChallenge' | 'createAuthChallenge' | 'verifyAuthChallenge'
>

/** The triggers of custom sign-ins, by the functions that pools have configured. */
export function authChallengeTriggers(functions: TriggerFunctions): ChallengeTriggers {
  return {
    defineAuthChallenge(event) {
      const which = configured(event.pool, 'DefineAuthChallenge')
      return which && define(functions, which, event)
    },
    createAuthChallenge(event) {
      const which = configured(event.pool, 'CreateAuthChallenge')
      return which && create(functions, which, event)
    },
    verifyAuthChallenge(event) {
      const which = configured(event.pool, 'VerifyAuthChallengeResponse')
      return which && verify(functions, which, event)
    },
  }
}

async function define(
  functions: TriggerFunctions,
  which: Configured,
  event: ChallengeAuthEvent,
): Promise<Defined> {
  const read = await ask(functions, which, event, {
    request: { session: event.session.map(toSessionEntry) },
    response: { challengeName: null, issueTokens: null, failAuthentication: null },
  })
  const isFailed = read.flag('failAuthentication') ?? false
  const issues = read.flag('issueTokens') ?? false
  const name = read.text('challengeName')
  if (isFailed) return 'fail'
  if (issues) return 'issue-tokens'
  if (name === 'CUSTOM_CHALLENGE' || name === 'PASSWORD_VERIFIER') return name
  throw read.invalid('it names no challenge that there is, and neither issues tokens nor fails')
}

async function create(
  functions: TriggerFunctions,
  which: Configured,
  event: ChallengeAuthEvent & { readonly challengeName: string },
): Promise<CustomChallenge> {
  const { challengeName, session } = event
  const read = await ask(functions, which, event, {
    request: { challengeName, session: session.map(toSessionEntry) },
    response: {
      publicChallengeParameters: null,
      privateChallengeParameters: null,
      challengeMetadata: null,
    },
  })
  return {
    publicParameters: read.textMap('publicChallengeParameters') ?? {},
    privateParameters: read.textMap('privateChallengeParameters') ?? {},
    metadata: read.text('challengeMetadata'),
  }
}

async function verify(
  functions: TriggerFunctions,
  which: Configured,
  event: Parameters<Triggers['verifyAuthChallenge']>[0],
): Promise<boolean> {
  const { privateParameters, answer } = event
  const read = await ask(functions, which, event, {
    request: { privateChallengeParameters: privateParameters, challengeAnswer: answer },
    response: { answerCorrect: null },
  })
  const isCorrect = read.flag('answerCorrect')
  if (isCorrect !== undefined) return isCorrect
  throw read.invalid('it does not say whether the answer is right')
}

async function ask(
  functions: TriggerFunctions,
  which: Configured,
  event: ChallengeAuthEvent,
  own: { readonly request: JsonObject; readonly response: JsonObject },
): Promise<ResponseReader> {
  const { pool, client, request, user, username } = event
  const isHidden = client !== undefined && hidesUsers(client.settings)
  const response = await respond(functions, which, {
    event,
    source: sourceOf(which.name),
    userName: user?.username ?? username,
    request: {
      userAttributes: userAttributes(pool, user),
      ...own.request,
      ...metadataOf(request),
      ...(isHidden ? { userNotFound: user === undefined } : {}),
    },
    response: own.response,
  })
  return new ResponseReader(which.name, response)
}

const sourceOf = (name: TriggerName) => `${name}_Authentication`

function toSessionEntry({ name, isPassed, metadata }: ChallengeRound): JsonObject {
  return { challengeName: name, challengeResult: isPassed, challengeMetadata: metadata ?? null }
}
