// `npm run chaos -- --seed N --minutes M`: one run with everything that happened, and exit code 1
// when a promise was broken.
import { parseArgs } from 'node:util'
import { FAULT_KINDS, type FaultKind } from './faults/faults.js'
import { runChaos } from './run.js'
import { textOf } from './violation-text.js'

const HELP = `npm run chaos -- [options]
  --seed N         what the decisions follow from; another one each time unless given
  --minutes M      how long, 1 unless given
  --faults a,b     kinds of faults, all unless given: ${FAULT_KINDS.join(', ')}`

function wholeNumber(name: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new Error(`--${name} takes a whole number\n\n${HELP}`)
  return Number(text)
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string' },
      minutes: { type: 'string' },
      faults: { type: 'string' },
      help: { type: 'boolean' },
    },
  })
  const print = (line: string) => void process.stdout.write(`${line}\n`)
  if (values.help) {
    print(HELP)
    return 0
  }
  const seed = wholeNumber('seed', values.seed ?? String(Date.now() % 1_000_000))
  const minutes = wholeNumber('minutes', values.minutes ?? '1')
  const faults = (values.faults?.split(',') ?? FAULT_KINDS) as readonly FaultKind[]
  for (const kind of faults) {
    if (!FAULT_KINDS.includes(kind)) throw new Error(`there is no fault ${kind}\n\n${HELP}`)
  }
  const result = await runChaos({ seed, minutes, faults, print })
  const names = [...result.tally].map(([name, times]) => `${times} ${name}`)
  print(`succeeded: ${names.sort().join(', ')}`)
  const { done, refused, failed, unknown } = result.counts
  for (const violation of result.violations) print(textOf(violation))
  print(
    `seed ${seed}: ${result.faults} faults, ${done + refused + failed + unknown} calls, ` +
      `${result.violations.length} promises broken`,
  )
  return result.violations.length === 0 ? 0 : 1
}

process.exitCode = await main()
