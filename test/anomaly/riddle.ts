// The customer's functions of custom sign-ins, which are the outside world: one riddle.
import { noTriggers } from '#adapters/triggers/none.js'
import type { Triggers } from '#ports/triggers.js'

export const ANSWER = 'a candle'

/** Functions that are content with one right answer, behind the password if it begins with SRP. */
export const riddle: Triggers = {
  ...noTriggers,
  defineAuthChallenge({ session }) {
    if (session.at(-1)?.name === 'SRP_A') return 'PASSWORD_VERIFIER'
    const isRight = session.some(({ name, isPassed }) => isPassed && name === 'CUSTOM_CHALLENGE')
    return isRight ? 'issue-tokens' : 'CUSTOM_CHALLENGE'
  },
  createAuthChallenge: () => ({
    publicParameters: { question: 'What dies in the wind?' },
    privateParameters: { answer: ANSWER },
    metadata: 'RIDDLE',
  }),
  verifyAuthChallenge: ({ answer, privateParameters }) => answer === privateParameters['answer'],
}
