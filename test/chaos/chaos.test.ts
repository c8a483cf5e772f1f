// Three runs of the chaos harness with seeds that stay, a minute each; `npm run chaos` has more.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FaultSet } from './faults/faults.js'
import { runChaos } from './run.js'
import { textOf } from './violation-text.js'

const FAULTS: FaultSet = ['processes', 'wires', 'replication', 'keys', 'wipes']

for (const seed of [2, 3, 5]) {
  test(`no promise is broken with seed ${seed}`, async () => {
    const lines: string[] = []
    const print = (line: string) => void lines.push(line)
    const result = await runChaos({ seed, minutes: 1, faults: FAULTS, print })
    const broken = result.violations.map(textOf)
    assert.equal(broken.length, 0, [...broken, ...lines].join('\n'))
    // A run in which nothing happened proves nothing.
    assert.ok(result.faults >= 5, `${result.faults} faults`)
    assert.ok(result.counts.done >= 200, `${result.counts.done} calls were acknowledged`)
  })
}
