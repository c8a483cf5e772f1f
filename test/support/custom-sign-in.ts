// Functions of a custom sign-in, by trigger: one challenge, whose answer is the Region that the
// function runs for. Behind SRP the password comes first.

export const CUSTOM_SIGN_IN_FUNCTIONS = {
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
