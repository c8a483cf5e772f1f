// What the pool used in a month: the users that were active, the tokens of machines, the months of
// replicas, and what they would cost at the operator's own prices.
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { TIERS } from '#domain/pool/tier.js'
import { isNothingTold } from '../../api/use-calls.js'
import { countOf } from '../../parts/format.js'
import { Refusals } from '../../parts/refusals.js'
import { ChargesTable, dollarsOf, MachineClients } from '../usage/charges.js'
import { MonthSelect, useMonth } from '../usage/month-select.js'
import { titleOfMonth } from '../usage/months.js'
import { type UsageRow, useUsage } from '../usage/reports.js'
import type { PoolTabProps } from './tab.js'

export function PoolUsageTab({ pool }: PoolTabProps) {
  const [month] = useMonth()
  const { data: answers, rows } = useUsage(month)
  const usage = rows.find(({ UserPoolId }) => UserPoolId === pool.Id)
  const isTold = answers !== undefined && !isNothingTold(answers)
  return (
    <SpaceBetween size="l">
      <MonthSelect />
      <Refusals what="Usage" answers={answers} />
      {answers === undefined && <Spinner size="large" />}
      {isTold && usage === undefined && (
        <Box>Nothing was metered for this user pool in {titleOfMonth(month)}.</Box>
      )}
      {usage && <Figures usage={usage} />}
      {usage && <ChargesTable rows={[usage]} />}
      {usage && <MachineClients rows={[usage]} />}
    </SpaceBetween>
  )
}

function Figures({ usage }: { readonly usage: UsageRow }) {
  const { MonthlyActiveUsersByTier: byPlan } = usage
  return (
    <Container
      header={
        <Header variant="h2" description={`As ${usage.toldBy} tells it. Months are in UTC.`}>
          Metered
        </Header>
      }
    >
      <KeyValuePairs
        columns={4}
        items={[
          { label: 'Plan', value: usage.Tier },
          { label: 'Active users', value: countOf(usage.MonthlyActiveUsers) },
          ...TIERS.filter((plan) => byPlan[plan] > 0).map((plan) => ({
            label: `Active users, ${plan}`,
            value: countOf(byPlan[plan]),
          })),
          { label: 'Machine tokens', value: countOf(usage.machineTokens) },
          ...usage.Replicas.map(({ RegionName, Hours, Months }) => ({
            label: `Replica in ${RegionName}`,
            value: `${Hours.toFixed(1)} h (${Months.toFixed(3)} months)`,
          })),
          { label: 'Charges', value: dollarsOf(usage.Total) },
        ]}
      />
    </Container>
  )
}
