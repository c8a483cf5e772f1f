import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
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

const UNREAD_PROGRAM = `
  const { systemLogger } = await import('#adapters/system/logger.js')
  const log = systemLogger({ level: 'info' })
  process.stdin.resume().once('end', () => {
    log.info('one')
    log.warn('two')
    log.error('three')
  })
`

test('a process goes on when nobody reads its log any more', async () => {
  const words = ['--input-type=module', '--eval', UNREAD_PROGRAM]
  const child = spawn(process.execPath, words, { timeout: 20_000 })
  child.stderr.destroy()
  await once(child.stderr, 'close')
  child.stdin.end()
  assert.deepEqual(await once(child, 'exit'), [0, null])
})
