// `npm run bench`: the speed of a node and of replication, as numbers with the machine, versions
// and seed beside them. Nothing here is a test: it measures, people judge. `--json` prints the rows
// of the token paths as one JSON array.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { arch, cpus, platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  CognitoIdentityProviderClient,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider'
import { KMSClient } from '@aws-sdk/client-kms'
import { systemClock } from '#adapters/system/clock.js'
import { required } from '#base/assert.js'
import { type DemoStack, startDemoStack } from '#cli/demo/stack.js'
import { renderTable } from '#cli/text.js'
import { directoryPaths } from './directory-paths.js'
import { startFloorProbe } from './floor.js'
import { fillPool } from './large-pool.js'
import { closeLoad, repeat } from './load.js'
import { createPathPool, type Path, type PathPool, passwordSignIn, tokenPaths } from './paths.js'
import { cpuMsOf, residentBytesOf } from './process-stats.js'
import { measureLag, timeReplica, useMultiRegionKey } from './replication.js'
import { measureImport } from './user-import.js'

const PRIMARY = 'us-west-2'
const SECONDARY = 'us-east-1'
const WIDTH = 8
const WARM_UP_SECONDS = 8

interface PathRow {
  readonly path: string
  readonly opsPerSecond: number
  readonly cpuMsPerOp: number
  /** Absent where a path has no floor. */
  readonly floorMs?: number
  readonly ratio?: number
  readonly budget?: number
}

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    seconds: { type: 'string', default: '10' },
    users: { type: 'string', default: '100000' },
    only: { type: 'string', default: 'paths,sizes,replica,lag,import,idle' },
    path: { type: 'string' },
    rows: { type: 'string', default: '100000' },
    help: { type: 'boolean', default: false },
  },
})
const seconds = Number(flags.seconds)
const users = Number(flags.users)
const parts = new Set(flags.only.split(','))
const probeDirectory = mkdtempSync(join(tmpdir(), 'twinpool-bench-'))

/** Every node that the stack starts from here on can be asked for the floor. */
function useProbe(): void {
  const probe = new URL('probe.js', import.meta.url).href
  process.env['NODE_OPTIONS'] = `${process.env['NODE_OPTIONS'] ?? ''} --import ${probe}`
  process.env['BENCH_PROBE_DIRECTORY'] = probeDirectory
}

function say(text: string): void {
  if (!flags.json) process.stdout.write(`${text}\n`)
}

function clientOf(stack: DemoStack, region: string): CognitoIdentityProviderClient {
  return new CognitoIdentityProviderClient(optionsOf(stack, region))
}

function optionsOf(stack: DemoStack, region: string) {
  const { endpoint } = required(stack.regions[region], region)
  return { region, endpoint, credentials: stack.credentials }
}

function header(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim()
  const [cpu] = cpus()
  return [
    `machine: ${cpus().length} × ${cpu?.model ?? 'unknown'}, ${platform()} ${arch()}`,
    `versions: Node ${process.version}, OpenSSL ${process.versions.openssl}, commit ${commit}`,
    'seed: none (fixed inputs, random keys)',
  ].join('\n')
}

async function measurePaths(stack: DemoStack, pool: PathPool): Promise<readonly PathRow[]> {
  const { endpoint, pid } = required(stack.regions[PRIMARY], PRIMARY)
  const rows: PathRow[] = []
  const client = clientOf(stack, PRIMARY)
  const paths = [
    ...(await tokenPaths(endpoint, pool, client)),
    ...directoryPaths(endpoint, pool, client),
  ]
  for (const path of paths) {
    if (flags.path !== undefined && flags.path !== path.path) continue
    await path.prepare?.(WARM_UP_SECONDS + seconds)
    // A server that has just begun compiles its code and fills its caches for some seconds; they
    // are not what is asked for.
    await repeat({ seconds: WARM_UP_SECONDS, width: WIDTH }, (at) => path.run(at))
    rows.push(await measurePath(path, pid))
  }
  return rows
}

/** Floor and path at the same time, in the same process. */
async function measurePath(path: Path, pid: number): Promise<PathRow> {
  const { floor: units } = path
  const probe =
    units.length === 0
      ? undefined
      : await startFloorProbe({ directory: probeDirectory, pid, units })
  const cpuBefore = cpuMsOf(pid)
  const run = await repeat({ seconds, width: WIDTH }, (at) => path.run(at))
  const cpuMs = cpuMsOf(pid) - cpuBefore
  const { floorMs, spentMs } = (await probe?.end()) ?? { floorMs: 0, spentMs: 0 }
  const cpuMsPerOp = (cpuMs - spentMs) / run.operations
  return {
    path: path.path,
    opsPerSecond: (run.operations * 1000) / run.elapsedMs,
    cpuMsPerOp,
    ...(floorMs > 0 && { floorMs, ratio: cpuMsPerOp / floorMs }),
    ...(path.budget !== undefined && { budget: path.budget }),
  }
}

/** CPU of one sign-in and of one page of users, in a pool of this size. */
async function measureSize(stack: DemoStack, pool: PathPool) {
  const { endpoint, pid } = required(stack.regions[PRIMARY], PRIMARY)
  const client = clientOf(stack, PRIMARY)
  const list = () => client.send(new ListUsersCommand({ UserPoolId: pool.userPoolId, Limit: 60 }))
  const cpuOf = async (work: (at: number) => Promise<unknown>) => {
    await repeat({ seconds: 1, width: 4 }, work)
    const cpuBefore = cpuMsOf(pid)
    const run = await repeat({ seconds, width: 4 }, work)
    return {
      cpuMs: (cpuMsOf(pid) - cpuBefore) / run.operations,
      elapsedMs: (run.elapsedMs * 4) / run.operations,
    }
  }
  const signIn = await cpuOf((at) => passwordSignIn(endpoint, pool, at % 100))
  const page = await cpuOf(list)
  return { signIn, page }
}

async function sizes(stack: DemoStack): Promise<PathPool> {
  const configFile = join(stack.stateDirectory, PRIMARY, 'config.json')
  const client = clientOf(stack, PRIMARY)
  const small = await createPathPool(client, { users: 0 })
  await fillPool({ configFile, poolId: small.userPoolId, count: 1000 })
  const large = await createPathPool(client, { users: 0 })
  const startedAtMs = performance.now()
  await fillPool({ configFile, poolId: large.userPoolId, count: users })
  say(`\nfilled a pool of ${users} users in ${Math.round(performance.now() - startedAtMs)} ms`)
  if (!parts.has('sizes')) return large
  const [few, many] = [await measureSize(stack, small), await measureSize(stack, large)]
  const row = (name: string, a: number, b: number) => [
    name,
    a.toFixed(2),
    b.toFixed(2),
    (b / a).toFixed(2),
  ]
  say(
    `\n${renderTable(
      ['', '1,000 users', `${users} users`, 'ratio (1.15)'],
      [
        row('sign-in, CPU ms', few.signIn.cpuMs, many.signIn.cpuMs),
        row('sign-in, elapsed ms', few.signIn.elapsedMs, many.signIn.elapsedMs),
        row('ListUsers of 60, CPU ms', few.page.cpuMs, many.page.cpuMs),
        row('ListUsers of 60, elapsed ms', few.page.elapsedMs, many.page.elapsedMs),
      ],
    )}`,
  )
  return large
}

async function replication(stack: DemoStack, large: PathPool): Promise<void> {
  const client = clientOf(stack, PRIMARY)
  await useMultiRegionKey({
    kms: new KMSClient(optionsOf(stack, PRIMARY)),
    client,
    poolId: large.userPoolId,
    replicaRegion: SECONDARY,
  })
  const ms = await timeReplica(client, large.userPoolId, SECONDARY)
  say(
    `\nreplica of ${users} users: ${Math.round(ms)} ms, ` +
      `${Math.round((users * 1000) / ms)} users a second (20,000)`,
  )
  if (!parts.has('lag')) return
  const lag = await measureLag({
    endpoint: required(stack.regions[PRIMARY], PRIMARY).endpoint,
    there: clientOf(stack, SECONDARY),
    poolId: large.userPoolId,
    clientId: large.clientId,
    seconds,
  })
  say(
    `lag while ${Math.round(lag.signUpsPerSecond)} sign-ups a second run: ` +
      `p50 ${lag.p50Ms.toFixed(1)} ms, p99 ${lag.p99Ms.toFixed(1)} ms (25)`,
  )
}

async function userImport(stack: DemoStack): Promise<void> {
  const { pid } = required(stack.regions[PRIMARY], PRIMARY)
  const rows = Number(flags.rows)
  const run = await measureImport(clientOf(stack, PRIMARY), { pid, rows })
  const perSecond = (ms: number) => Math.round((rows * 1000) / ms)
  const megabytes = (bytes: number) => Math.round(bytes / 1e6)
  const { before, most } = run.residentBytes
  say(
    `\nuser import of ${rows} rows: ${perSecond(run.importMs)} rows a second (5,000), ` +
      `${(run.cpuMs / rows).toFixed(3)} ms of CPU each, ` +
      `uploaded at ${perSecond(run.uploadMs)}; resident ${megabytes(before)} MB before, ` +
      `${megabytes(most)} MB at most (by tenths: ${run.tenths.map(megabytes).join(' ')})`,
  )
}

const USAGE = `npm run bench -- [options]
  --json         print the rows of the token paths as one JSON array, and nothing else
  --seconds N    how long each path runs (10)
  --users N      users of the large pool (100000)
  --rows N       rows of the user import (100000)
  --only a,b     parts: paths, sizes, replica, lag, import, idle
  --path NAME    of the paths, only this one, such as REFRESH_TOKEN_AUTH`

async function main(): Promise<void> {
  if (flags.help) {
    process.stdout.write(`${USAGE}\n`)
    return
  }
  say(header())
  useProbe()
  // As many rows as are asked for, whatever an import takes by default.
  process.env['TWINPOOL_USER_IMPORT_ROWS_MAX'] = '10000000'
  process.env['TWINPOOL_USER_IMPORT_BYTES_MAX'] = String(4 * 1024 ** 3 - 1)
  const stack = await startDemoStack([PRIMARY, SECONDARY])
  try {
    if (parts.has('idle')) {
      await systemClock.wait(3000)
      const bytes = residentBytesOf(required(stack.regions[PRIMARY], PRIMARY).pid)
      say(`\nstart of the stack: ${Math.round(stack.startedInMs)} ms`)
      say(`a Region node idles at ${Math.round(bytes / 1e6)} MB resident (150)`)
    }
    const pool = await createPathPool(clientOf(stack, PRIMARY), { users: 100 })
    const rows = parts.has('paths') ? await measurePaths(stack, pool) : []
    if (flags.json) {
      process.stdout.write(`${JSON.stringify(rows)}\n`)
      return
    }
    const cells = rows.map((row) => [
      row.path,
      row.opsPerSecond.toFixed(0),
      row.cpuMsPerOp.toFixed(2),
      row.floorMs?.toFixed(2) ?? '',
      row.ratio === undefined ? '' : `${row.ratio.toFixed(2)} (${row.budget})`,
    ])
    say(`\n${renderTable(['path', 'ops/s', 'CPU ms/op', 'floor ms', 'ratio'], cells)}`)
    if (parts.has('sizes') || parts.has('replica')) {
      const large = await sizes(stack)
      if (parts.has('replica')) await replication(stack, large)
    }
    if (parts.has('import')) await userImport(stack)
  } finally {
    closeLoad()
    await stack.stop()
    rmSync(probeDirectory, { recursive: true, force: true })
  }
}

await main()
