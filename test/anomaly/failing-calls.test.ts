// What is left when something fails in the middle. Each operation that writes is run with its first
// port call failing, then with its second, and so on until it makes no further one; each time once
// before the call is carried out and once after. Behind the error the database is as it was before,
// or as a success leaves it, and trying again ends as it would have without the failure.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { CASES, type WriteCase } from './cases.js'
import { type Ending, type Fault, type Rig, startRig } from './rig.js'
import { changesBetween } from './snapshot.js'

const CALLS_MAX = 60
const CASES_TOGETHER = 6

describe('a failing port', () => {
  let rig: Rig
  let begun = 0
  before(async () => {
    rig = await startRig()
  })
  after(() => rig.stop())

  for (const [operation, cases] of Object.entries(CASES)) {
    if (cases === 'reads') continue
    for (const one of cases) {
      const title = one.what === undefined ? operation : `${operation}, ${one.what}`
      describe(title, () => {
        let changes: readonly string[]
        before(async () => {
          // All of the database is looked at again and again, so it is kept small.
          if (begun % CASES_TOGETHER === 0) await rig.clear()
          begun += 1
          changes = (await reference(rig, operation, one)).changes
        })

        for (const when of ['before', 'after'] as const) {
          test(`each call fails ${when} it is carried out`, async () => {
            const tried = await tryAll(rig, { operation, one, when, changes })
            assert.ok(tried > 0, 'a call was failed')
          })
        }
      })
    }
  }

  test('the checks see half a change', async () => {
    const [one] = CASES['AdminDisableUser'] as readonly WriteCase[]
    const { prepare } = one as WriteCase
    const input = await prepare(rig)
    const first = await rig.snapshot()
    await rig.ok('AdminUserGlobalSignOut', input)
    const half = changesBetween(first, await rig.snapshot())
    assert.deepEqual(half, ['sign_outs: row added'])
    const { changes } = await reference(rig, 'AdminDisableUser', one as WriteCase)
    assert.notDeepEqual(half, changes)
  })
})

/** What the call changes when nothing fails. */
async function reference(rig: Rig, operation: string, one: WriteCase) {
  const input = await one.prepare(rig)
  const first = await rig.snapshot()
  const ending = await rig.call(operation, input)
  assertEnds(ending, one.ends)
  return { changes: changesBetween(first, await rig.snapshot()) }
}

function assertEnds({ errorCode, output, cause }: Ending, expected: string | undefined): void {
  assert.equal(errorCode, expected, `${JSON.stringify(output)} ${cause}`)
}

/** Fails every call in turn; returns how many there were. */
async function tryAll(
  rig: Rig,
  flow: {
    readonly operation: string
    readonly one: WriteCase
    readonly when: Fault['when']
    readonly changes: readonly string[]
  },
): Promise<number> {
  const { operation, one, when, changes } = flow
  const { harmless } = one
  let input = await one.prepare(rig)
  let first = await rig.snapshot()
  for (let nth = 1; nth <= CALLS_MAX; nth += 1) {
    const ending = await rig.call(operation, input, { nth, when })
    const left = changesBetween(first, await rig.snapshot())
    if (ending.failed === undefined) {
      // Whatever failed before this left everything as it was, so it ends as it always does.
      assertEnds(ending, one.ends)
      assert.deepEqual(left, changes, 'the last try')
      return nth - 1
    }
    const where = `${ending.failed} (call ${nth}) failed ${when}`
    if (ending.errorCode === one.ends && one.ends === undefined) {
      assert.deepEqual(left, changes, `${where}, and the call succeeded`)
    } else {
      assert.equal(ending.errorCode, 'InternalErrorException', where)
      assert.equal(ending.status, 500, where)
    }
    if (left.length === 0) continue
    const isHarmless = harmless !== undefined && isEqual(left, harmless.changes)
    if (!isHarmless) {
      assert.deepEqual(left, changes, where)
      // Only a response that was lost may leave the change: the commit is the last thing to do.
      if (ending.errorCode !== one.ends) assert.equal(when, 'after', `${where}, behind the commit`)
    }
    const retried = await rig.call(operation, input)
    const fine = [undefined, one.again, one.ends]
    assert.ok(fine.includes(retried.errorCode), `${where}, then ${retried.errorCode}`)
    input = await one.prepare(rig)
    first = await rig.snapshot()
  }
  throw new Error(`${operation} makes more than ${CALLS_MAX} calls`)
}

function isEqual(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((change, at) => change === right[at])
}
