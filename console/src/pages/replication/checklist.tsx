// Regional settings side by side, before the edge sends traffic to a Region: they do not follow the
// primary Region. What can be tried is tried from here.
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { type ReactNode, useState } from 'react'
import type { PoolView } from '../../api/pools.js'
import { CommandText } from '../../parts/command.js'
import { refusalOf } from '../../parts/status.js'
import { TestLogExport } from '../pools/messages/test-log-export.js'
import { TestMessage } from '../pools/messages/test-message.js'
import { TestTrigger } from '../pools/messages/test-trigger.js'
import {
  type CheckedSetting,
  linesOf,
  type RegionalSettings,
  useRegionalSettings,
} from './regional-settings.js'

export function Checklist({ pool }: { readonly pool: PoolView }) {
  const loaded = useRegionalSettings(pool)
  const { data } = loaded
  const [testOf, setTestOf] = useState<CheckedSetting>()
  const close = () => setTestOf(undefined)
  return (
    <>
      <Table
        header={
          <Header
            variant="h2"
            description="Each Region has these of its own. Names of the Regions inside of ARNs and
              addresses count as equal. Set them in each Region; then compare again."
            actions={
              <Button
                iconName="refresh"
                loading={loaded.isLoading}
                onClick={() => void loaded.reload()}
              >
                Compare again
              </Button>
            }
          >
            Checklist of regional settings
          </Header>
        }
        items={data?.rows ?? []}
        trackBy="id"
        loading={data === undefined && loaded.isLoading}
        loadingText="Comparing settings"
        wrapLines
        columnDefinitions={columnsOf(pool, data, setTestOf)}
        empty={<Box textAlign="center">No Region responds.</Box>}
        footer={<CommandText lines={[`twinpool replicas check --pool ${pool.Id}`]} />}
      />
      {data !== undefined && testOf !== undefined && (
        <TestOf pool={pool} settings={data} setting={testOf} onClose={close} />
      )}
    </>
  )
}

function columnsOf(
  pool: PoolView,
  settings: RegionalSettings | undefined,
  onTest: (setting: CheckedSetting) => void,
) {
  return [
    {
      id: 'setting',
      header: 'Setting',
      isRowHeader: true,
      cell: ({ title }: CheckedSetting) => title,
    },
    {
      id: 'verdict',
      header: 'Verdict',
      minWidth: 220,
      cell: (row: CheckedSetting) => <Verdict of={row} />,
    },
    ...(settings?.answers ?? []).map(({ region, error }) => ({
      id: region,
      minWidth: 140,
      header: `${region}${region === pool.PrimaryRegion ? ' (primary)' : ''}`,
      cell: (row: CheckedSetting) =>
        row.id === 'WebAcl' ? (
          '–'
        ) : error === undefined ? (
          <Value of={row.values.get(region)} />
        ) : (
          refusalOf(error)
        ),
    })),
    {
      id: 'test',
      header: 'Try it',
      minWidth: 190,
      cell: (row: CheckedSetting) => {
        const test = TESTS[row.id]
        return test === undefined ? (
          '–'
        ) : (
          <Button wrapText={false} onClick={() => onTest(row)}>
            {test}
          </Button>
        )
      },
    },
  ]
}

const TESTS: Readonly<Partial<Record<CheckedSetting['id'], string>>> = {
  EmailConfiguration: 'Send test message',
  SmsConfiguration: 'Send test message',
  LambdaConfig: 'Call a function',
  LogConfigurations: 'Send test event',
}

const VERDICTS = {
  EQUAL: { type: 'success', text: 'Equal' },
  DIFFERS: { type: 'warning', text: 'Differs' },
  MISSING: { type: 'error', text: 'Missing' },
  UNSET: { type: 'success', text: 'Equal: not set' },
  UNKNOWN: { type: 'stopped', text: 'Not compared: a Region did not say' },
  UNAVAILABLE: { type: 'info', text: 'Not available yet' },
} as const

function Verdict({ of: { verdict, missingIn } }: { readonly of: CheckedSetting }) {
  const { type, text } = VERDICTS[verdict]
  return (
    <StatusIndicator type={type}>
      {text}
      {verdict === 'MISSING' && ` in ${missingIn.join(' and ')}`}
    </StatusIndicator>
  )
}

function Value({ of }: { readonly of: unknown }): ReactNode {
  const lines = linesOf(of)
  if (lines.length === 0) return 'Not set'
  return (
    <ul className="values">
      {lines.map((line) => (
        <li key={line} className="wrap">
          {line}
        </li>
      ))}
    </ul>
  )
}

function TestOf(props: {
  readonly pool: PoolView
  readonly settings: RegionalSettings
  readonly setting: CheckedSetting
  readonly onClose: () => void
}) {
  const { pool, settings, setting, onClose } = props
  const regions = settings.answers.flatMap(({ region, output }) => (output ? [region] : []))
  const tested = { pool, regions, onClose }
  switch (setting.id) {
    case 'EmailConfiguration':
    case 'SmsConfiguration':
      return <TestMessage {...tested} />
    case 'LambdaConfig':
      return <TestTrigger {...tested} lambdaConfigs={setting.values} />
    case 'LogConfigurations':
      return <TestLogExport {...tested} />
    default:
      return null
  }
}
