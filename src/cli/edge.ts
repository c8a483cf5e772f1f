// `twinpool edge`: the process in front of the Regions.
import { loadEdgeConfig } from '#config/config.js'
import { runServing } from './process-run.js'

export interface EdgeFlags {
  readonly config: string | undefined
  /** Set by `twinpool up`: wait for its word, and end when it is gone. */
  readonly isSupervised: boolean
}

export async function runEdgeCommand(flags: EdgeFlags): Promise<void> {
  await runServing({
    process: 'edge',
    isSupervised: flags.isSupervised,
    async load() {
      const config = loadEdgeConfig({ file: flags.config })
      const { runEdge } = await import('#node/edge.js')
      return { begin: () => runEdge(config), drainTimeoutMs: config.drainTimeoutMs }
    },
  })
}
