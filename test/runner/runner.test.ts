import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { waitFor } from '#test/support/wait.js'
import { runSuite } from './suite-run.js'

/** Whether a process is gone, or dead and waiting for its parent to notice. */
function hasEnded(pid: number): boolean {
  const status = `/proc/${pid}/status`
  return !existsSync(status) || /^State:\s+[ZX]/m.test(readFileSync(status, 'utf8'))
}

async function runPlanted(names: readonly string[], timeoutMs = 20_000) {
  const folder = mkdtempSync(join(tmpdir(), 'planted-'))
  const lines: string[] = []
  try {
    const files = names.map((name) => `test/runner/planted/${name}.ts`)
    const result = await runSuite(
      { name: 'planted', files, timeoutMs },
      {
        grep: undefined,
        seed: 1,
        timeoutMs,
        folder,
        allowedSkips: new Set(),
        isQuiet: true,
        graceMs: 500,
        print: (line) => lines.push(line),
      },
    )
    const said = lines.filter((line) => line.startsWith('FAILED')).join('\n')
    return { passed: result.passed, failed: result.failed, said }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('a suite that passes', async () => {
  assert.deepEqual(await runPlanted(['passing']), { passed: 1, failed: 0, said: '' })
})

test('failures, failed hooks and skips all count', async () => {
  const { passed, failed, said } = await runPlanted(['mixed', 'passing'])
  assert.equal(passed, 2)
  // fails; the part; the suite's hook; its test; the skip.
  assert.equal(failed, 5)
  assert.match(said, /skipped without leave: test\/runner\/planted\/mixed\.ts: is left out/)
})

test('a file that does not load fails, and the others run', async () => {
  const { passed, failed } = await runPlanted(['unloadable', 'passing'])
  assert.deepEqual({ passed, failed }, { passed: 1, failed: 1 })
})

test('a suite without a test fails', async () => {
  const { failed, said } = await runPlanted(['empty'])
  assert.equal(failed, 1)
  assert.match(said, /ran no test/)
})

test('a file that was not compiled fails', async () => {
  const { passed, failed, said } = await runPlanted(['passing', 'nowhere'])
  assert.deepEqual({ passed, failed }, { passed: 1, failed: 1 })
  assert.match(said, /nowhere\.ts is not compiled/)
})

test('a suite that hangs is killed and fails', async () => {
  const { failed, said } = await runPlanted(['passing', 'hangs'], 1_500)
  assert.ok(failed >= 1)
  assert.match(said, /did not end within 2 s/)
})

test('a suite whose process dies fails', async () => {
  const { failed, said } = await runPlanted(['dies'])
  assert.equal(failed, 1)
  assert.match(said, /died early, SIGKILL/)
})

test('a process that is left running is a failure and is ended', async (t) => {
  if (process.platform !== 'linux') return t.diagnostic('leftovers are found on Linux only')
  const { passed, failed, said } = await runPlanted(['leaves-process'])
  assert.deepEqual({ passed, failed }, { passed: 1, failed: 1 })
  const pid = Number(/left process (\d+) running/.exec(said)?.[1])
  await waitFor(() => hasEnded(pid), { what: 'the end of the process' })
})

test('tests cannot leave the machine', async () => {
  const { passed, failed } = await runPlanted(['reaches-out'])
  assert.deepEqual({ passed, failed }, { passed: 0, failed: 1 })
})
