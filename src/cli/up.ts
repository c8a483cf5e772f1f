// `twinpool up`: a whole stack on this machine, until Ctrl-C.
import { systemClock } from '#adapters/system/clock.js'
import { listenForControl } from './control.js'
import { CommandError, sentenceOf } from './failure.js'
import { endLeftOvers } from './left-overs.js'
import { planStack, type StackPlan } from './plan.js'
import { requireFreePorts } from './ports.js'
import { requireNativePowers } from './runtime.js'
import { chooseAccount, openStateDirectory, resetStateDirectory } from './state-directory.js'
import { summaryOf } from './summary.js'
import { Supervisor } from './supervisor.js'
import { surviveUnhandledErrors } from './unhandled.js'

export interface UpFlags {
  readonly regions: readonly string[]
  readonly port: number
  readonly stateDir: string
  readonly reset: boolean
  readonly databaseUrl: ReadonlyMap<string, string>
  readonly accountId: string | undefined
  readonly json: boolean
}

const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

export async function runUp(flags: UpFlags): Promise<void> {
  surviveUnhandledErrors()
  const startMs = systemClock.nowMs()
  requireNativePowers()
  // A first plan checks the flags before anything is touched.
  const draft = planFrom(flags, flags.accountId)
  const { stateDirectory } = draft
  await openStateDirectory(stateDirectory, { isReset: flags.reset })
  let supervisor: Supervisor | undefined
  const control = await listenForControl(stateDirectory, (request) => {
    if (supervisor === undefined) throw new CommandError('The stack is starting.')
    return supervisor.command(request)
  })
  try {
    await endLeftOvers(stateDirectory)
    if (flags.reset) await resetStateDirectory(stateDirectory)
    const wanted = { wanted: flags.accountId, isReset: flags.reset }
    const plan = planFrom(flags, await chooseAccount(stateDirectory, wanted))
    await requireFreePorts(plan)
    supervisor = new Supervisor(plan, reporter(startMs))
    await serveUntilStopped(supervisor, { plan, isJson: flags.json, startMs })
  } finally {
    control.close()
  }
}

function planFrom(flags: UpFlags, accountId: string | undefined): StackPlan {
  return planStack({
    stateDirectory: flags.stateDir,
    regions: flags.regions,
    port: flags.port,
    accountId: accountId ?? '000000000000',
    databaseUrls: flags.databaseUrl,
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

/** Progress goes to standard error, so that standard output has the answer only. */
function reporter(startMs: number): (who: string, what: string) => void {
  return (who, what) => {
    const seconds = ((systemClock.nowMs() - startMs) / 1000).toFixed(1)
    console.error(`${seconds.padStart(6)} s  ${who.padEnd(14)} ${what}`)
  }
}
