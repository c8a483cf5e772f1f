// What the Regions of a pool have of their own, side by side: a replica that lacks a sender or a
// function is found here before users find it.
import Header from '@cloudscape-design/components/header'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { type Structure, valueAt } from '#domain/settings/resent.js'
import { useRegionTitle } from '../../../api/session.js'
import { type Field, textOf } from '../../../parts/field.js'
import { refusalOf } from '../../../parts/status.js'
import { EMAIL, LOGS, SMS, TRIGGERS } from './message-fields.js'
import type { RegionalValues } from './regional-values.js'

const FIELDS = [...EMAIL, ...SMS, ...TRIGGERS, ...LOGS]

export function Comparison({ regions }: { readonly regions: readonly RegionalValues[] }) {
  const titleOf = useRegionTitle()
  const known = regions.flatMap(({ values }) => (values === undefined ? [] : [values]))
  return (
    <Table
      items={FIELDS.filter((field) => known.some((values) => isSet(field, values)))}
      trackBy="path"
      wrapLines
      header={
        <Header
          variant="h2"
          description="Each Region has its own, since what they name exists in one Region only."
        >
          Senders, triggers and log export by Region
        </Header>
      }
      empty={known.length > 0 ? 'No Region has any.' : 'No Region has told what it has.'}
      columnDefinitions={[
        { id: 'label', header: 'Setting', isRowHeader: true, cell: ({ label }: Field) => label },
        ...regions.map((region) => ({
          id: region.region,
          header: titleOf(region.region),
          minWidth: 220,
          cell: (field: Field) => <Value field={field} region={region} regions={regions} />,
        })),
      ]}
    />
  )
}

const isSet = ({ path }: Field, values: Structure) => valueAt(values, path) !== undefined

function Value({
  field,
  region: { values, error },
  regions,
}: {
  readonly field: Field
  readonly region: RegionalValues
  readonly regions: readonly RegionalValues[]
}) {
  if (values === undefined) {
    const text = error?.isUnreachable ? 'Does not respond' : error && refusalOf(error)
    return <StatusIndicator type="stopped">{text ?? 'Not known'}</StatusIndicator>
  }
  if (isSet(field, values)) return <span className="lines">{textOf(field, values)}</span>
  const others = regions.flatMap((other) =>
    other.values !== undefined && isSet(field, other.values) ? [other.region] : [],
  )
  return <StatusIndicator type="warning">Only set in {others.join(' and ')}</StatusIndicator>
}
