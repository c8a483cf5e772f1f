// `twinpool up`: a whole stack on this machine, until Ctrl-C.
import { relative } from 'node:path'
import { systemClock } from '#adapters/system/clock.js'
import { originalIssuerTemplate, wantsConsole, wantsMetrics } from '#config/config.js'
import { createConsoleLink } from './console.js'
import { listenForControl } from './control.js'
import { CommandError, sentenceOf, surviveUnhandledErrors } from './failure.js'
import { stopOrphans } from './orphaned-processes.js'
import { commandFor, quoted } from './paste.js'
import {
  planStack,
  requireFreePorts,
  type StackPlan,
  withFreeMetrics,
  withoutMetrics,
} from './plan.js'
import { type Chosen, choose } from './remembered.js'
import { requireNativePowers } from './runtime.js'
import { describeDatabase, variablesOverruled } from './stack-config.js'
import { openStateDirectory, resetStateDirectory } from './state-directory.js'
import { Supervisor } from './supervisor.js'
import { coloured, renderTable } from './text.js'

export interface UpFlags {
  readonly regions: readonly string[]
  readonly port: number
  readonly stateDir: string
  readonly reset: boolean
  readonly databaseUrl: ReadonlyMap<string, string>
  readonly accountId: string | undefined
  readonly json: boolean
}

/** A link is made in milliseconds or not at all. */
const CONSOLE_LINK_MS = 5000
const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export async function runUp(flags: UpFlags): Promise<void> {
  surviveUnhandledErrors()
  const startMs = systemClock.nowMs()
  requireNativePowers()
  // A first plan checks the flags before anything is touched.
  const draft = planFrom(flags, {})
  const { stateDirectory } = draft
  requireKnownRegions(flags)
  const overruled = variablesOverruled()
  await openStateDirectory(stateDirectory, { isReset: flags.reset })
  let supervisor: Supervisor | undefined
  const control = await listenForControl(stateDirectory, (request) => {
    if (supervisor === undefined) throw new CommandError('The stack is starting.')
    return supervisor.command(request)
  })
  try {
    const { accountId, regions, databaseUrl, reset } = flags
    const wanted = { accountId, regions, databaseUrls: databaseUrl, isReset: reset }
    const chosen = await choose(draft, wanted)
    await stopOrphans(stateDirectory)
    if (reset) await resetStateDirectory(stateDirectory)
    const wholePlan = planFrom(flags, chosen)
    await requireFreePorts(wholePlan)
    const report = reporter(startMs)
    const plan = wantsMetrics()
      ? await withFreeMetrics(wholePlan, report)
      : withoutMetrics(wholePlan)
    for (const variable of overruled) {
      report('variable', `${variable} has no effect: up decides this itself; see up --help`)
    }
    for (const { region, note } of chosen.notes) report(region, note)
    supervisor = new Supervisor(plan, report)
    await serveUntilStopped(supervisor, { plan, isJson: flags.json, startMs })
  } finally {
    control.close()
  }
}

function requireKnownRegions({ databaseUrl, regions }: UpFlags): void {
  for (const name of databaseUrl.keys()) {
    if (regions.includes(name)) continue
    throw new CommandError(`--database-url names ${name}, which is not one of the Regions.`)
  }
}

function planFrom(flags: UpFlags, chosen: Partial<Chosen>): StackPlan {
  return planStack({
    stateDirectory: flags.stateDir,
    regions: flags.regions,
    port: flags.port,
    accountId: chosen.accountId ?? flags.accountId ?? '000000000000',
    databaseUrls: chosen.databaseUrls ?? flags.databaseUrl,
  })
}

/** Runs the stack, and returns when a signal has stopped it; a failed start stops what began. */
async function serveUntilStopped(
  supervisor: Supervisor,
  options: { plan: StackPlan; isJson: boolean; startMs: number },
): Promise<void> {
  const stopWanted = watchSignals(supervisor)
  const started = supervisor.start()
  const outcome = await Promise.race([
    started.then(
      () => ({ kind: 'ready' }) as const,
      (error: unknown) => ({ kind: 'failed', error }) as const,
    ),
    stopWanted.then(() => ({ kind: 'stop' }) as const),
  ])
  if (outcome.kind === 'failed') {
    await supervisor.stop()
    throw outcome.error
  }
  if (outcome.kind === 'ready') {
    announce(supervisor, options)
    if (!options.isJson && wantsConsole()) {
      void announceConsole(supervisor, { ...options, stopWanted })
    }
    await stopWanted
  }
  console.error('Stopping.')
  await supervisor.stop()
  await started.catch(() => undefined)
  // A start that was interrupted may have got further in the meantime.
  await supervisor.stop()
}

function announce(
  supervisor: Supervisor,
  options: { plan: StackPlan; isJson: boolean; startMs: number },
): void {
  const report = supervisor.describe()
  if (options.isJson) console.log(JSON.stringify(report))
  else console.log(summaryOf(options.plan, systemClock.nowMs() - options.startMs))
}

/** Prints a link into the console. The stack is ready without it, so nothing waits for it. */
async function announceConsole(
  supervisor: Supervisor,
  { plan, stopWanted }: { readonly plan: StackPlan; readonly stopWanted: Promise<void> },
): Promise<void> {
  let isStopping = false
  void stopWanted.then(() => {
    isStopping = true
  })
  try {
    const targets = await supervisor.targets()
    const { url } = await createConsoleLink(targets, plan.edgeUrl, CONSOLE_LINK_MS)
    console.log(`\nConsole, signs you in once within 10 minutes:\n  ${url}`)
  } catch {
    if (isStopping) return
    console.log(`\nConsole  ${plan.edgeUrl}/console/  (sign in with the access key)`)
  }
}

/** Resolves at the first signal; a second one does not wait for anything to end by itself. */
function watchSignals(supervisor: Supervisor): Promise<void> {
  return new Promise((resolve) => {
    let count = 0
    for (const name of STOP_SIGNALS) {
      process.on(name, () => {
        count += 1
        if (count === 1) resolve()
        else void supervisor.kill().catch((error) => console.error(sentenceOf(error)))
      })
    }
  })
}

/** Progress goes to standard error, so that standard output has the result only. */
function reporter(startMs: number): (who: string, what: string) => void {
  return (who, what) => {
    const seconds = ((systemClock.nowMs() - startMs) / 1000).toFixed(1)
    const line = `${seconds.padStart(6)} s  ${who.padEnd(14)} ${what}`
    console.error(what.startsWith('LOST') ? coloured(line, 'red', process.stderr) : line)
  }
}

/** What is shown when everything is ready: the addresses, and what to type next. */
function summaryOf(plan: StackPlan, startedMs: number): string {
  const rows = plan.regions.map((region) => [
    region.name,
    region.endpoint,
    issuerOf(region),
    describeDatabase(region),
  ])
  const [first] = plan.regions
  const credentials = shorter(plan.credentialsFile)
  const lines = [
    '',
    `Twinpool is ready after ${(startedMs / 1000).toFixed(1)} s.`,
    '',
    renderTable(['Region', 'Endpoint', 'Issuer', 'Database'], rows),
    '',
    `Edge           ${plan.edgeUrl}  (start page; open it in a browser)`,
    `Shared issuer  ${plan.edgeUrl}/issuer/{region}/{poolId}`,
    ...metricsLines(plan),
    `Credentials    ${credentials}  (AWS format, account ${plan.accountId})`,
    '',
    'Try next, in another terminal:',
    '',
    `  export AWS_SHARED_CREDENTIALS_FILE=${quoted(plan.credentialsFile)}`,
    `  aws cognito-idp create-user-pool --pool-name people --region ${first?.name} \\`,
    `    --endpoint-url ${first?.endpoint}`,
    `  ${commandFor(plan.stateDirectory, 'outbox')}`,
    `  ${commandFor(plan.stateDirectory, `region stop ${first?.name} --kill`)}`,
    '',
    'Ctrl-C stops everything.',
  ]
  return lines.join('\n')
}

/** Where the metrics of all processes are. */
function metricsLines({ regions, edgeMetricsPort }: StackPlan): readonly string[] {
  const pages = [
    ...regions.map(({ name, metricsPort: port }) => ({ name, port })),
    { name: 'edge', port: edgeMetricsPort },
  ]
  return pages.flatMap(({ name, port }, index) => {
    if (port === undefined) return []
    const title = index === 0 ? 'Metrics' : ''
    return [`${title.padEnd(15)}http://localhost:${port}/metrics  (${name})`]
  })
}

function issuerOf(region: { readonly name: string; readonly endpoint: string }): string {
  return originalIssuerTemplate()
    .replaceAll('{endpoint}', region.endpoint)
    .replaceAll('{region}', region.name)
}

function shorter(path: string): string {
  const fromHere = relative(process.cwd(), path)
  return fromHere.startsWith('..') ? path : fromHere
}
