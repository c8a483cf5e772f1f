// `twinpool replicas`: every replica with its progress, lag and recovery point, as each live Region
// sees it. Two Regions may see one replica differently while they cannot reach each other, and that
// is worth showing.
import { listEach, type Row } from './listing.js'
import { type CallFlags, reportSilent, targetsOf } from './signed-call.js'
import { cell, lagText, renderTable, timeOf } from './text.js'

export interface ReplicasFlags extends CallFlags {
  readonly json: boolean
}

export async function runReplicas(flags: ReplicasFlags): Promise<void> {
  const listing = await listEach(await targetsOf(flags), 'ListReplicas', 'Replicas')
  const replicas = listing.byRegion.flatMap(({ region, rows }) =>
    rows.map((replica): Row => ({ ...replica, SeenFrom: region })),
  )
  reportSilent(listing)
  const { silent } = listing
  if (flags.json) console.log(JSON.stringify({ Replicas: replicas, SilentRegions: silent }))
  else if (replicas.length === 0) console.log('No user pool has a replica.')
  else {
    console.log(renderTable(HEADING, replicas.map(rowOf)))
    // A reason is a sentence, which a column would break; it explains what stands still.
    for (const replica of replicas.filter((each) => cell(each, 'Reason') !== '-')) {
      const names = ['UserPoolId', 'RegionName', 'Status', 'Reason']
      const [pool, region, status, reason] = names.map((name) => cell(replica, name))
      console.log(`${pool} in ${region} is ${status}: ${reason}`)
    }
  }
}

const HEADING = [
  'Pool',
  'Region',
  'Status',
  'Step',
  'Rows',
  'Lag',
  'Recovery point',
  'Verified equal at',
  'Seen from',
]

function rowOf(replica: Row): string[] {
  const { RowsDone: done, RowsTotal: total, LagMilliseconds: lagMs } = replica
  return [
    cell(replica, 'UserPoolId'),
    cell(replica, 'RegionName'),
    cell(replica, 'Status'),
    cell(replica, 'Step'),
    typeof total === 'number' ? `${String(done ?? 0)}/${total}` : '-',
    typeof lagMs === 'number' ? lagText(lagMs) : '-',
    timeOf(replica['RecoveryPoint']),
    timeOf(replica['VerifiedAt']),
    cell(replica, 'SeenFrom'),
  ]
}
