// Cases of CUSTOM_AUTH, whose functions ask a riddle.
import { makePlace, makeUser } from './people.js'
import { ANSWER } from './riddle.js'
import { type Rig, textAt } from './rig.js'

async function makePerson(rig: Rig) {
  const client = { ExplicitAuthFlows: ['ALLOW_CUSTOM_AUTH'] }
  return makeUser(rig, await makePlace(rig, {}, client))
}

/** Of RespondToAuthChallenge. */
export const RIDDLE_RESPONSE = {
  what: 'a custom challenge',
  prepare: async (rig: Rig) => {
    const { ClientId, Username: USERNAME } = await makePerson(rig)
    const AuthParameters = { USERNAME }
    const begin = { ClientId, AuthFlow: 'CUSTOM_AUTH', AuthParameters }
    const Session = textAt(await rig.ok('InitiateAuth', begin), 'Session')
    const ChallengeResponses = { USERNAME, ANSWER }
    return { ClientId, ChallengeName: 'CUSTOM_CHALLENGE', Session, ChallengeResponses }
  },
  again: 'NotAuthorizedException',
}
