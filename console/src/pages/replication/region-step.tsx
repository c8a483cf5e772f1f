// Step 3: the Region of the replica. Choosing it, creating the replica, watching its rows arrive,
// and activating it when the checklist is gone through.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import Link from '@cloudscape-design/components/link'
import RadioGroup from '@cloudscape-design/components/radio-group'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useState } from 'react'
import { ofPool } from '../../api/cognito.js'
import { disabledBy } from '../../parts/paused.js'
import { Checklist } from './checklist.js'
import type { EligibleRegion, Replica, Replication } from './facts.js'
import { ActivateButton } from './replica-changes.js'
import { Seeding, useUndone } from './seeding.js'
import { hrefOfView } from './step-navigation.js'

export function RegionStep({ of }: { readonly of: Replication }) {
  const undone = useUndone(of.replica)
  const { replica } = of
  return (
    <SpaceBetween size="l">
      {undone !== undefined && (
        <Alert type="error" header="The creation of the replica was undone">
          {undone} The log of the primary Region says more. Nothing of the user pool is left in the
          other Region, so it can be created again.
        </Alert>
      )}
      {replica === undefined ? <ChooseRegion of={of} /> : <WithReplica of={of} replica={replica} />}
    </SpaceBetween>
  )
}

function WithReplica({ of, replica }: { readonly of: Replication; readonly replica: Replica }) {
  switch (replica.status) {
    case 'CREATING':
    case 'DELETING':
      return <Seeding replica={replica} />
    case 'INACTIVE':
      return (
        <SpaceBetween size="l">
          <Alert type="info" header={`The replica in ${replica.region} has all rows`}>
            It is inactive: it serves nobody yet. Go through the checklist, since regional settings
            do not follow the primary Region. Then activate it.
          </Alert>
          <Checklist pool={of.pool} />
          <Activate of={of} replica={replica} />
        </SpaceBetween>
      )
    case 'ACTIVE':
      return (
        <Container header={<Header variant="h2">The replica serves</Header>}>
          <Box>
            The replica in {replica.region} is active.{' '}
            <Link href={hrefOfView(of.pool.Id, 'state')}>See its state</Link>, or{' '}
            <Link href={hrefOfView(of.pool.Id, 'checklist')}>compare regional settings</Link>.
          </Box>
        </Container>
      )
  }
}

function Activate({ of, replica }: { readonly of: Replication; readonly replica: Replica }) {
  return (
    <Container header={<Header variant="h2">Activate the replica</Header>}>
      <SpaceBetween size="m">
        <Box>
          From then on {replica.region} signs users in, beside the primary Region. Leaving it active
          is sensible: it is what takes over when the primary Region is lost.
        </Box>
        <ActivateButton of={of} replica={replica} />
      </SpaceBetween>
    </Container>
  )
}

function ChooseRegion({ of }: { readonly of: Replication }) {
  const { pool, eligible, steps, reload, ask } = of
  const [chosen, setChosen] = useState<string>()
  const region = chosen ?? eligible?.find(({ Eligible }) => Eligible)?.RegionName
  const step = steps.find(({ id }) => id === 'region')
  const why = step?.state === 'blocked' ? step.text : undefined
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="A user pool has one replica. It has the same ID, users, passwords and app
            clients, and it cannot be moved to another Region later."
        >
          Choose the Region of the replica
        </Header>
      }
    >
      <SpaceBetween size="m">
        <Regions pool={pool} eligible={eligible} region={region} onChoose={setChosen} />
        <Button
          variant="primary"
          {...disabledBy(why ?? (region === undefined ? 'No Region can be chosen.' : undefined))}
          onClick={() =>
            region !== undefined &&
            ask({
              title: `Create a replica in ${region}`,
              action: 'Create replica',
              region: pool.PrimaryRegion,
              calls: [ofPool(pool, 'CreateUserPoolReplica', { RegionName: region })],
              done: `The replica in ${region} is being created.`,
              onDone: reload,
              onRefused: reload,
              children: (
                <Box>
                  All rows of the user pool are copied to {region} and compared there. Users can go
                  on signing in meanwhile. When it is done the replica is inactive until you
                  activate it.
                </Box>
              ),
            })
          }
        >
          Create replica
        </Button>
      </SpaceBetween>
    </Container>
  )
}

function Regions({
  pool,
  eligible,
  region,
  onChoose,
}: Pick<Replication, 'pool' | 'eligible'> & {
  readonly region: string | undefined
  readonly onChoose: (region: string) => void
}) {
  if (eligible === undefined) return pool.isPrimaryUp ? <Spinner /> : null
  return (
    <RadioGroup
      ariaLabel="Region of the replica"
      value={region ?? null}
      onChange={({ detail }) => onChoose(detail.value)}
      items={eligible
        .filter(({ RegionName }) => RegionName !== pool.PrimaryRegion)
        .map((each: EligibleRegion) => ({
          value: each.RegionName,
          label: `${each.Title} ${each.RegionName}`,
          disabled: !each.Eligible,
          description: each.Eligible ? 'It holds the key of the user pool.' : each.Reason,
        }))}
    />
  )
}
