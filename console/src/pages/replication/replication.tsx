// Multi-Region replication of a user pool, in three steps: a key that several Regions hold, an
// issuer that all of them serve, and a replica in one of them; then the checklist before it serves,
// and how it does. Where a pool is follows from the server, so a reload goes on in the same place.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useAsk } from '../../parts/ask.js'
import { Paused } from '../../parts/paused.js'
import { SilentRegions } from '../../parts/silent-regions.js'
import { LoadFailure } from '../../parts/status.js'
import { hrefOf } from '../../route.js'
import { Checklist } from './checklist.js'
import { type Replication, useReplication } from './facts.js'
import { IssuerStep } from './issuer-step.js'
import { KeyStep } from './key-step.js'
import { RegionStep } from './region-step.js'
import { ReplicaState } from './replica-state.js'
import { GoOn, hrefOfView, StepNavigation, useView, type View } from './step-navigation.js'

export function ReplicationPage({
  poolId,
  view,
}: {
  readonly poolId: string
  /** The step that the address names. */
  readonly view: string | undefined
}) {
  const { ask, dialog } = useAsk()
  const loaded = useReplication(poolId, ask)
  const { data } = loaded
  const shown = useView(view, data)
  return (
    <SpaceBetween size="l">
      <Header
        variant="h1"
        description={
          <>
            Users sign in elsewhere while <Pool poolId={poolId} name={data?.pool.Name} />
            's primary Region is away.
          </>
        }
      >
        Multi-Region replication
      </Header>
      <LoadFailure what="The replication of the user pool" of={loaded} />
      {data && <Paused pool={data.pool} />}
      {data && <NobodyServes of={data} />}
      <SilentRegions
        names={loaded.silent.filter((region) => region !== data?.pool.PrimaryRegion)}
        what="what they say of the replica"
      />
      {data === undefined && loaded.error === undefined && <Spinner size="large" />}
      {data === null && (
        <Box>
          No Region that responds has the user pool {poolId}
          {loaded.untold.length > 0 && `; ${loaded.untold.join(' and ')} did not say`}.
        </Box>
      )}
      {data && <StepNavigation of={data} view={shown} />}
      {data && <ViewOf of={data} view={shown} />}
      {data && <GoOn of={data} view={shown} />}
      {dialog}
    </SpaceBetween>
  )
}

function Pool({ poolId, name }: { readonly poolId: string; readonly name: string | undefined }) {
  return (
    <Link href={hrefOf('pools', poolId)} variant="primary">
      {name ?? poolId}
    </Link>
  )
}

/** The replica is there for this moment, and serves nobody. */
function NobodyServes({ of: { pool, replica } }: { readonly of: Replication }) {
  if (pool.isPrimaryUp || replica?.status !== 'INACTIVE') return null
  return (
    <Alert type="error" header="Nobody can sign in">
      The primary Region does not respond, and the replica in {replica.region} is inactive.
      Activating it works now: <Link href={hrefOfView(pool.Id, 'state')}>State of the replica</Link>
      .
    </Alert>
  )
}

function ViewOf({ of, view }: { readonly of: Replication; readonly view: View }) {
  switch (view) {
    case 'key':
      return <KeyStep of={of} />
    case 'issuer':
      return <IssuerStep of={of} />
    case 'region':
      return <RegionStep of={of} />
    case 'checklist':
      return <Checklist pool={of.pool} />
    case 'state':
      return <ReplicaState of={of} />
  }
}
