// Two runs of the chaos harness with seeds that stay, a minute each; `npm run chaos` has more.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { FAULT_KINDS } from './faults/faults.js'
import { runChaos } from './run.js'
import { textOf } from './violation-text.js'

/** What every run has done, in load or in quiet. */
const ALWAYS = [
  'sign-in by password',
  'sign-in by passkey',
  'sign-in by app',
  'AdminListUserSessions',
  'a counter refused',
]

for (const seed of [22, 24]) {
  test(`no promise is broken with seed ${seed}`, async () => {
    const lines: string[] = []
    const print = (line: string) => void lines.push(line)
    const result = await runChaos({ seed, minutes: 1, faults: FAULT_KINDS, print })
    const broken = result.violations.map(textOf)
    assert.equal(broken.length, 0, [...broken, ...lines].join('\n'))
    // A run in which nothing happened proves nothing.
    assert.ok(result.faults >= 5, `${result.faults} faults`)
    for (const name of ALWAYS) assert.ok(result.tally.has(name), `${name} never succeeded`)
    assert.ok(result.counts.done >= 200, `${result.counts.done} calls were acknowledged`)
  })
}
