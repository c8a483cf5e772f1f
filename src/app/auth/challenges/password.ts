// PASSWORD: the password itself, in the call that begins the flow (USER_PASSWORD_AUTH and the
// admin flows).

import { required } from '#base/assert.js'
import { verifyPassword } from '#domain/credential/srp.js'
import { poolNameOf } from '#domain/pool/id.js'
import { beforeProof } from '../before-proof.js'
import type { FirstChallenge } from '../challenge.js'
import { proveUser } from '../proof.js'

export const password: FirstChallenge = {
  name: 'PASSWORD',
  parameters: ['USERNAME', 'PASSWORD'],
  async begin(step) {
    const { services, context, cipher, parameters } = step
    const { pool } = context
    const { users, passwordTurns } = services
    const name = step.progress.typedName
    const password = required(parameters['PASSWORD'], 'PASSWORD')
    const mark = step.known?.mark ?? passwordTurns.mark()
    const claim =
      step.known?.claim ??
      (await beforeProof(step, await users.findAuthClaim(pool, name), password))
    const read = { name, claim, mark }
    return proveUser(services, { context, cipher }, read, ({ username, verifier }) =>
      verifyPassword({ poolName: poolNameOf(pool.id), userId: username, password, ...verifier }),
    )
  },
}
