// Whom an administrator names: by the user name, and as well by the sub, which is all that some
// callers keep of a user. Derived for each operation that takes a user name.
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Rig } from '../../anomaly/rig.js'
import { takesName } from './evidence.js'
import { goodInput } from './inputs.js'
import { IMPLEMENTED, type PoolStage, type Stage, startStage } from './stage.js'
import { wireRig } from './wire-rig.js'

/** What has no user yet, and who is named by a token of a message. */
const NAMES_NOBODY = new Set(['AdminCreateUser'])

let stage: Stage
let pool: PoolStage
let rig: Rig
before(async () => {
  stage = await startStage()
  pool = await stage.makePool()
  rig = await wireRig(stage)
})
after(() => stage.stop())

const operations = IMPLEMENTED.filter(
  (one) => one.operation.auth === 'iam' && takesName(one) && !NAMES_NOBODY.has(one.operation.name),
)

for (const one of operations) {
  const { name } = one.operation
  test(`${name} takes the sub of a user`, async () => {
    const input = (await goodInput(rig, one, pool)) as { UserPoolId: string; Username: string }
    const { UserPoolId, Username } = input
    const { UserAttributes } = await rig.ok('AdminGetUser', { UserPoolId, Username })
    const list = UserAttributes as readonly { readonly Name: string; readonly Value: string }[]
    const sub = list.find(({ Name }) => Name === 'sub')?.Value
    assert.ok(sub !== undefined && sub !== Username)
    await rig.ok(name, { ...input, Username: sub })
  })
}

test('there are such operations', () => assert.ok(operations.length >= 20, `${operations.length}`))
