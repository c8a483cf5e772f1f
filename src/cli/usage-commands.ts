// The commands about usage, as `main.ts` adds them.
import { type Command, InvalidArgumentError } from 'commander'
import { spanOfMonth } from '#domain/usage/month.js'

/** Makes a command that calls the API of a Region. */
type Calling = (parent: Command, usage: string, description: string) => Command

const DAYS_MAX = 36_500

export function addUsage(all: Command, calling: Calling): void {
  calling(all, 'usage', 'Show what was metered of user pools in a month, and what it would cost.')
    .requiredOption('--month <month>', 'the month in UTC, such as 2026-11', month)
    .option('--csv', 'print lines of comma-separated values', false)
    .action(async (flags) => {
      const { runUsage } = await import('./usage.js')
      await runUsage(flags)
    })
  calling(all, 'endpoints', 'Show who uses which endpoint, by app client and day.')
    .option('--user-pool-id <id>', 'of this user pool only')
    .option('--days <count>', 'so many days, today included', days, 14)
    .action(async (flags) => {
      const { runEndpoints } = await import('./endpoints.js')
      await runEndpoints(flags)
    })
}

function month(text: string): string {
  if (spanOfMonth(text) === undefined) {
    throw new InvalidArgumentError('It must be a month such as 2026-11.')
  }
  return text
}

function days(text: string): number {
  const count = Number(text)
  if (!/^\d{1,5}$/.test(text) || count < 1 || count > DAYS_MAX) {
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${DAYS_MAX}.`)
  }
  return count
}
