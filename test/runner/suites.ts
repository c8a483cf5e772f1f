// Which suites there are, in the order in which they begin: those that judge every change first,
// then those that take longest, so that no lane waits for them at the end, then the rest by name.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { filesBelow, projectRoot } from '../../scripts/tree.js'
import { OptionError, type Options } from './options.js'

export interface Suite {
  readonly name: string
  /** Sources, relative to the root. */
  readonly files: readonly string[]
  readonly timeoutMs: number
}

const FIRST = ['unit', 'runner', 'tidy', 'coverage', 'storage', 'api/cognito']
const LONG = [
  'anomaly',
  'replication/databases',
  'api/contract',
  'chaos',
  'cli',
  'replication/processes',
]
/** Folders of suites; any other folder of test/ is one. */
const GROUPS = ['api', 'replication']
const TIMEOUT_MS = 360_000
const LONG_TIMEOUT_MS = 720_000

/** The suites of the tree. What has no compiled form is a failure later, not an omission here. */
export function findSuites(): readonly Suite[] {
  return suitesOf([...filesBelow('src'), ...filesBelow('test')])
}

export function suitesOf(paths: readonly string[]): readonly Suite[] {
  const byName = new Map<string, string[]>()
  for (const path of paths) {
    if (!path.endsWith('.test.ts')) continue
    const name = suiteOf(path)
    byName.set(name, [...(byName.get(name) ?? []), path])
  }
  return [...byName.keys()]
    .sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
    .map((name) => ({
      name,
      files: byName.get(name) ?? [],
      timeoutMs: [...LONG, 'api/cognito'].includes(name) ? LONG_TIMEOUT_MS : TIMEOUT_MS,
    }))
}

/** A test that is in no suite's folder is a suite by the name of its file, so that it runs. */
function suiteOf(path: string): string {
  const [top, folder = '', inner = ''] = path.split('/')
  if (top === 'src') return 'unit'
  return GROUPS.includes(folder) ? `${folder}/${inner}` : folder
}

function rank(name: string): number {
  const order = [...FIRST, ...LONG]
  return order.includes(name) ? order.indexOf(name) : order.length
}

/** The part of the suites that the options ask for. The name of a group means all its suites. */
export function select(suites: readonly Suite[], options: Options): readonly Suite[] {
  const isNamed = (suite: Suite, name: string) =>
    suite.name === name || suite.name.startsWith(`${name}/`)
  for (const name of options.suites) {
    if (!suites.some((suite) => isNamed(suite, name))) throw new OptionError(`no suite ${name}`)
  }
  const named = suites.filter(
    (suite) => options.suites.length === 0 || options.suites.some((name) => isNamed(suite, name)),
  )
  const byPath = grepPaths(named, options.grep)
  let index = 0
  return byPath
    .map((suite) => ({
      ...suite,
      files: suite.files.filter(() => index++ % options.shard.of === options.shard.part - 1),
    }))
    .filter((suite) => suite.files.length > 0)
}

/** Suites with the files whose path matches, or all of them where no path does. */
function grepPaths(suites: readonly Suite[], grep: string | undefined): readonly Suite[] {
  if (grep === undefined) return suites
  const matching = suites.map((suite) => ({
    ...suite,
    files: suite.files.filter((path) => matches(path, grep)),
  }))
  return matching.some((suite) => suite.files.length > 0) ? matching : suites
}

/** Whether `grep` chooses files; otherwise it is for the names of tests. */
export function choosesFiles(suite: Suite, grep: string): boolean {
  return suite.files.every((path) => matches(path, grep))
}

function matches(path: string, grep: string): boolean {
  try {
    return new RegExp(grep).test(path)
  } catch {
    throw new OptionError('--grep takes a regular expression')
  }
}

/** Where the compiler puts a source. */
export function compiledPath(source: string): string {
  return join(projectRoot, 'dist', source.replace(/\.ts$/, '.js'))
}

export function isCompiled(source: string): boolean {
  return existsSync(compiledPath(source))
}
