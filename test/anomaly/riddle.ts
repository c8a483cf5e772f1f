// The customer's functions of custom sign-ins, which are the outside world: one riddle.
import { noTriggers } from '#adapters/triggers/none.js'
import type { Triggers } from '#ports/triggers.js'

export const ANSWER = 'a candle'

/** Functions that are content with one right answer. */
export const riddle: Triggers = {
  ...noTriggers,
  defineAuthChallenge: ({ session }) =>
    session.some(({ isPassed }) => isPassed) ? 'issue-tokens' : 'CUSTOM_CHALLENGE',
  createAuthChallenge: () => ({
    publicParameters: { question: 'What dies in the wind?' },
    privateParameters: { answer: ANSWER },
    metadata: 'RIDDLE',
  }),
  verifyAuthChallenge: ({ answer, privateParameters }) => answer === privateParameters['answer'],
}
