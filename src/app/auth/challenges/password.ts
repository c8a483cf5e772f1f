// PASSWORD: the password itself, in the call that begins the flow (USER_PASSWORD_AUTH and the
// admin flows).

import { checkPassword, replaceImported } from '#app/accounts/password-check.js'
import { required } from '#base/assert.js'
import { importedHashOf } from '#domain/user/user.js'
import { asPrimary } from '#ports/capability.js'
import { beforeProof } from '../before-proof.js'
import type { AuthStep, ChallengePassed, FirstChallenge } from '../challenge.js'
import { proveUser } from '../proof.js'
import type { AuthSubject } from '../subject.js'

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
    const outcome = await proveUser(services, { context, cipher }, read, (subject) =>
      checkPassword(services, pool, provable(subject), password),
    )
    if (outcome.kind !== 'passed') return outcome
    // Behind the proof, so that nobody else learns of a password that it is known.
    const refusal = await context.watch?.compromisedRefusal(password, outcome.record)
    if (refusal !== undefined) return refusal
    return { ...outcome, ...replacement(step, outcome, password) }
  },
}

function provable({ record, username, verifier }: AuthSubject) {
  return { username, credential: record?.credential ?? verifier }
}

/**
 * The write of a verifier in place of an imported hash, by the first sign-in with its password. A
 * secondary, which cannot write it, goes on with the hash.
 */
function replacement(
  { services, context }: AuthStep,
  { record }: ChallengePassed,
  password: string,
): Pick<ChallengePassed, 'write'> {
  const imported = importedHashOf(record.credential)
  const pool = asPrimary(context.pool)
  if (imported === undefined || pool === undefined) return {}
  return {
    async write() {
      await replaceImported(services, pool, record.user, { imported, password })
      return 'written'
    },
  }
}
