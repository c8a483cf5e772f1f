// The completion script in a real shell.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { promisify } from 'node:util'

const run = promisify(execFile)
const PROGRAM = 'bin/twinpool.js'

async function scriptFor(shell: string): Promise<string> {
  return (await run(process.execPath, [PROGRAM, 'completion', shell])).stdout
}

/** What bash offers after these words, of which the last is being typed. */
async function offered(script: string, ...words: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run('bash', [
    '-c',
    `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _twinpool\n` +
      `printf "%s\\n" "\${COMPREPLY[@]}"`,
    'bash',
    'twinpool',
    ...words,
  ])
  return stdout.split('\n').filter((line) => line !== '')
}

test('bash completes commands, subcommands and flags', async () => {
  const script = await scriptFor('bash')
  assert.deepEqual(await offered(script, 're'), ['region', 'replicas'])
  assert.deepEqual(await offered(script, 'region', 'st'), ['stop', 'start'])
  assert.deepEqual(await offered(script, 'region', 'stop', 'us-west-2', '--k'), ['--kill'])
  assert.deepEqual(await offered(script, 'replicas', 'verify', '--re'), ['--region', '--repair'])
  // Words of one command are not those of another, and hidden flags stay hidden.
  assert.deepEqual(await offered(script, 'up', '--kill'), [])
  assert.deepEqual(await offered(script, 'serve', '--super'), [])
  assert.deepEqual(await offered(script, 'nonsense', 'x'), [])
})

test('scripts for zsh and fish know every command', async () => {
  const zsh = await scriptFor('zsh')
  assert.match(zsh, /^autoload -U \+X bashcompinit/)
  const fish = await scriptFor('fish')
  for (const name of [
    'up',
    'serve',
    'edge',
    'demo',
    'region',
    'access-key',
    'outbox',
    'replicas',
  ]) {
    assert.match(zsh, new RegExp(`"${name}"`))
    assert.match(fish, new RegExp(`-a ${name}$`, 'm'))
  }
  assert.match(fish, /'__fish_seen_subcommand_from region; and __fish_seen_subcommand_from stop'/)
})

test('another shell is refused in a sentence', async () => {
  await assert.rejects(scriptFor('tcsh'), ({ code, stderr }: { code: number; stderr: string }) => {
    assert.equal(code, 1)
    assert.match(stderr, /No completion for tcsh: it is one of bash, zsh, fish\./)
    return true
  })
})
