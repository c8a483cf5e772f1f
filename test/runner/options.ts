// What the command line of the test runner may say.
import { parseArgs } from 'node:util'

export class OptionError extends Error {
  override readonly name = 'OptionError'
}

export interface Options {
  /** Suites by name; empty for all. */
  readonly suites: readonly string[]
  /** A regular expression over paths; where no path matches, over the names of tests. */
  readonly grep: string | undefined
  /** This part of that many, counted from 1. */
  readonly shard: { readonly part: number; readonly of: number }
  readonly seed: number
  readonly list: boolean
  readonly timeoutMs: number | undefined
  /** How many suites run at a time. */
  readonly lanes: number
  /** How many of the files that took longest are named at the end. */
  readonly slowest: number
  /** The folder of a package with another version of PostgreSQL. */
  readonly postgres: string | undefined
}

export const HELP = `node dist/test/run.js [options]
  --suite a,b         only these suites; api means every suite of test/api
  --grep REGEXP       only files whose path matches, or else tests whose name matches
  --shard 1/2         the first half of the files
  --seed N            repeat the chance of an earlier run
  --timeout-seconds N for each suite, instead of its own
  --lanes N           so many suites at a time, 2 unless given
  --slowest N         name so many files that took longest
  --postgres FOLDER   the databases of tests from another package of PostgreSQL
  --list              say what would run`

export function parseOptions(args: readonly string[]): Options {
  const values = readValues(args)
  return {
    suites: values.suite?.split(',').filter((name) => name !== '') ?? [],
    grep: values.grep,
    shard: parseShard(values.shard ?? '1/1'),
    seed: wholeNumber('--seed', values.seed ?? String(Math.floor(Math.random() * 2 ** 31))),
    list: values.list ?? false,
    lanes: Math.max(1, wholeNumber('--lanes', values.lanes ?? '2')),
    slowest: wholeNumber('--slowest', values.slowest ?? '0'),
    postgres: values.postgres,
    timeoutMs:
      values['timeout-seconds'] === undefined
        ? undefined
        : wholeNumber('--timeout-seconds', values['timeout-seconds']) * 1000,
  }
}

function readValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        suite: { type: 'string' },
        grep: { type: 'string' },
        shard: { type: 'string' },
        seed: { type: 'string' },
        lanes: { type: 'string' },
        slowest: { type: 'string' },
        postgres: { type: 'string' },
        list: { type: 'boolean' },
        'timeout-seconds': { type: 'string' },
      },
    }).values
  } catch (error) {
    throw new OptionError((error as Error).message)
  }
}

function parseShard(text: string): Options['shard'] {
  const [part, of] = (/^(\d+)\/(\d+)$/.exec(text) ?? []).slice(1).map(Number)
  if (part === undefined || of === undefined || part < 1 || part > of) {
    throw new OptionError('--shard is written 1/2: a part, counted from 1, of so many')
  }
  return { part, of }
}

function wholeNumber(option: string, text: string): number {
  if (!/^\d{1,10}$/.test(text)) throw new OptionError(`${option} takes a whole number`)
  return Number(text)
}
