// The check of a key: the calls that the service itself makes with it in each Region, with what
// came of each, and the statement or the Region that is missing or in the way.
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import type { CallError } from '../../api/client.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { asCallError, type Loaded, useLoaded } from '../../api/use-calls.js'
import { CommandText } from '../../parts/command.js'
import { refusalOf } from '../../parts/status.js'
import type { ChosenKey } from './account-keys.js'

interface CheckedCall {
  readonly Action: string
  readonly Result: 'ALLOWED' | 'REFUSED'
  readonly Reason?: string
  readonly Remedy?: string
  readonly DeniedExplicitly?: boolean
  readonly DenySid?: string
}

/** What a Region says of the key. */
export interface Checked {
  readonly region: string
  readonly check: { readonly Usable: boolean; readonly Calls: readonly CheckedCall[] } | undefined
  readonly error: CallError | undefined
}

/** Checks in the Regions that hold the key; where only one does, in all: one is missing. */
export function useKeyChecks(
  pool: PoolView,
  { arn, regions }: ChosenKey,
): Loaded<readonly Checked[]> {
  const { session, call } = useSession()
  const known = session.regions.map(({ name }) => name)
  const held = known.filter((region) => regions.includes(region))
  const asked = held.length > 1 ? held : known
  // Anew when another Region holds the key, also where the same Regions are asked then.
  return useLoaded(`check ${JSON.stringify([pool.Id, arn, held])}`, () =>
    Promise.all(
      asked.map(async (region): Promise<Checked> => {
        const input = { UserPoolId: pool.Id, KmsKeyArn: arn }
        const what = { service: 'twinpool', operation: 'CheckKey', input } as const
        try {
          const check = await call<NonNullable<Checked['check']>>(region, what)
          return { region, check, error: undefined }
        } catch (error) {
          return { region, check: undefined, error: asCallError(error) }
        }
      }),
    ),
  )
}

/** What statements of the key's policy in a Region deny, each as "kms:Decrypt (Sid)". */
export function denialsIn(
  checks: readonly Checked[] | undefined,
  region: string,
): readonly string[] {
  const calls = checks?.find((one) => one.region === region)?.check?.Calls ?? []
  return calls
    .filter(({ DeniedExplicitly }) => DeniedExplicitly === true)
    .map(({ Action, DenySid }) => (DenySid === undefined ? Action : `${Action} (${DenySid})`))
}

interface Row {
  readonly id: string
  readonly region: string
  readonly call: CheckedCall
}

export function KeyCheck({
  pool,
  arn,
  checks,
}: {
  readonly pool: PoolView
  readonly arn: string
  readonly checks: Loaded<readonly Checked[]>
}) {
  const rows = (checks.data ?? []).flatMap(rowsOf)
  return (
    <Table
      header={
        <Header
          variant="h2"
          description="The service makes these calls with the key, in each Region."
          actions={
            <Button
              iconName="refresh"
              loading={checks.isLoading}
              onClick={() => void checks.reload()}
            >
              Check again
            </Button>
          }
        >
          Check of the key
        </Header>
      }
      items={rows}
      trackBy="id"
      loading={checks.isLoading && checks.data === undefined}
      loadingText="Checking the key"
      wrapLines
      columnDefinitions={COLUMNS}
      empty={<Box>Nothing was checked.</Box>}
      footer={<CommandText lines={[`twinpool key check --user-pool-id ${pool.Id} --key ${arn}`]} />}
    />
  )
}

function rowsOf({ region, check, error }: Checked): readonly Row[] {
  if (error !== undefined) {
    const call = { Action: '–', Result: 'REFUSED', Remedy: refusalOf(error) } as const
    return [{ id: region, region, call }]
  }
  return (check?.Calls ?? []).map((call) => ({ id: `${region} ${call.Action}`, region, call }))
}

const COLUMNS = [
  {
    id: 'region',
    header: 'Region',
    minWidth: 110,
    isRowHeader: true,
    cell: ({ region }: Row) => region,
  },
  { id: 'call', header: 'Call', cell: ({ call }: Row) => call.Action },
  {
    id: 'result',
    header: 'Result',
    minWidth: 150,
    cell: ({ call: { Result, Action, Reason } }: Row) =>
      Result === 'ALLOWED' ? (
        <StatusIndicator type="success">Allowed</StatusIndicator>
      ) : (
        <StatusIndicator type={Reason === 'not-tried' ? 'stopped' : 'error'}>
          {Action === '–' ? 'Not checked' : (Reason ?? 'Refused')}
        </StatusIndicator>
      ),
  },
  {
    id: 'remedy',
    header: 'What to do',
    cell: ({ call }: Row) => call.Remedy ?? (call.Result === 'ALLOWED' ? 'Nothing' : '–'),
  },
]
