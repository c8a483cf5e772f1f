import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { test } from 'node:test'

const PROGRAM = `
  const { systemLogger } = await import('#adapters/system/logger.js')
  const log = systemLogger({ level: 'info', fields: { region: 'us-west-2' } })
  log.info('one', { region: 'us-east-1', peer: 'eu-west-1' })
  log.warn('two', { region: 'us-east-1' })
  log.info('three')
`

test('no line has a key twice', () => {
  const words = ['--input-type=module', '--eval', PROGRAM]
  const { stderr } = spawnSync(process.execPath, words, { encoding: 'utf8' })
  const lines = stderr.trim().split('\n')
  assert.equal(lines.length, 3, stderr)
  for (const line of lines) assert.equal(line.match(/"region":/g)?.length, 1, line)
  const [one, two] = lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  assert.deepEqual(
    [one?.['region'], one?.['regionOfEvent'], one?.['peer']],
    ['us-west-2', 'us-east-1', 'eu-west-1'],
  )
  assert.equal(two?.['regionOfEvent'], 'us-east-1')
})
