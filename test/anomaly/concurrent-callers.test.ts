// Three times as many callers as connections, for each operation that writes: none waits for ever,
// each ends in success or in an error that the operation declares, and no transaction asks for a
// second connection. Once all of them do the very same, and once each does it for itself.
import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { watchStatements } from '#test/support/statements.js'
import { CASES, type WriteCase } from './cases.js'
import { type Ending, type Rig, startRig } from './rig.js'

const POOL_SIZE = 2
const CALLERS = 3 * POOL_SIZE
/** Who waits for ever is given up by the database's client before, and ends in an error. */
const TIMEOUT_MS = 60_000

describe('more callers than connections', () => {
  let rig: Rig
  before(async () => {
    rig = await startRig({ poolSize: POOL_SIZE })
  })
  after(() => rig.stop())

  for (const [operation, cases] of Object.entries(CASES)) {
    if (cases === 'reads') continue
    for (const one of cases) {
      const title = one.what === undefined ? operation : `${operation}, ${one.what}`
      test(`${title}: of one and of many`, { timeout: TIMEOUT_MS }, async () => {
        const same = await one.prepare(rig)
        const endings = await together(rig, operation, Array(CALLERS).fill(same))
        assertFine(endings, one)
        // Of those who do the very same at least one comes through.
        assert.ok(endings.some(({ errorCode }) => errorCode === one.ends))

        const others: object[] = []
        while (others.length < CALLERS) others.push(await one.prepare(rig))
        assertFine(await together(rig, operation, others), one)
      })
    }
  }
})

async function together(
  rig: Rig,
  operation: string,
  inputs: readonly object[],
): Promise<readonly Ending[]> {
  const watch = watchStatements()
  const endings = await Promise.all(inputs.map((input) => rig.call(operation, input)))
  watch.stop()
  assert.ok(watch.statements >= inputs.length, `${watch.statements} statements`)
  assert.deepEqual(watch.violations, [])
  return endings
}

function assertFine(endings: readonly Ending[], { ends }: WriteCase): void {
  for (const { status, errorCode, output, cause } of endings) {
    assert.ok(status < 500, `${JSON.stringify(output)} ${cause}`)
    if (status === 200) assert.equal(ends, undefined)
    else assert.ok(errorCode !== undefined)
  }
}
