// `twinpool nodes`: the processes that serve the Regions, workers included.
import { listEach, type Row } from './listing.js'
import { type CallFlags, reportSilent, targetsOf } from './signed-call.js'
import { cell, renderTable, timeOf } from './text.js'

export interface NodesFlags extends CallFlags {
  readonly json: boolean
}

const HEADING = ['Region', 'Node', 'Host', 'Process', 'Version', 'Node.js', 'Started', 'State']

export async function runNodes(flags: NodesFlags): Promise<void> {
  const listing = await listEach(await targetsOf(flags), 'ListNodes', 'Nodes')
  const { rows, silent } = listing
  reportSilent(listing)
  if (flags.json) console.log(JSON.stringify({ Nodes: rows, SilentRegions: silent }))
  else console.log(renderTable(HEADING, rows.map(rowOf)))
}

function rowOf(node: Row): string[] {
  const names = ['RegionName', 'NodeId', 'HostName', 'Pid', 'Version', 'NodeVersion']
  const silent = `silent since ${timeOf(node['SeenAt'])}`
  const state = node['Silent'] === true ? silent : node['Leader'] === true ? 'leads' : 'serves'
  return [...names.map((name) => cell(node, name)), timeOf(node['StartedAt']), state]
}
