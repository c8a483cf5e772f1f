// Commands for those who operate Regions: which processes run, what is wrong, and whether events
// arrive.
import type { Command } from 'commander'

/** Adds the commands; `calling` makes one that calls the API of a Region. */
export function addOperations(
  all: Command,
  calling: (parent: Command, usage: string, description: string) => Command,
): void {
  calling(all, 'nodes', 'Show the processes that serve the Regions.').action(async (flags) => {
    const { runNodes } = await import('./nodes.js')
    await runNodes(flags)
  })
  calling(all, 'alarms', 'Show what is wrong with the Regions now; fails if something is.').action(
    async (flags) => {
      const { runAlarms } = await import('./alarms.js')
      await runAlarms(flags)
    },
  )
  const logs = all.command('logs').description('Events that user pools export.')
  calling(logs, 'test', 'Send a test event to each destination; fails unless all take it.')
    .requiredOption('--pool <id>', 'the user pool')
    .action(async (flags) => {
      const { runLogsTest } = await import('./logs-test.js')
      await runLogsTest(flags)
    })
}
