// The devices that a user's sign-ins are remembered on, where the pool remembers any.
import Box from '@cloudscape-design/components/box'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { type Attribute, attributeOf, ofPool } from '../../../api/cognito.js'
import { useSession } from '../../../api/session.js'
import { allPages, useLoaded } from '../../../api/use-calls.js'
import { ChangeButton, useAsk } from '../../../parts/ask.js'
import { momentOf } from '../../../parts/format.js'
import { LoadFailure } from '../../../parts/status.js'
import type { UserPartProps } from './user.js'

interface Device {
  readonly DeviceKey: string
  readonly DeviceAttributes: readonly Attribute[]
  readonly DeviceLastAuthenticatedDate: number
}

const PAGE = 60

export function UserDevices({ pool, user }: UserPartProps) {
  const { call } = useSession()
  const target = { Username: user.Username }
  const region = pool.readRegion
  const what = ofPool(pool, 'AdminListDevices', { ...target, Limit: PAGE })
  const loaded = useLoaded(
    JSON.stringify(what),
    () => allPages<Device>((each) => call(region, each), what, 'Devices', 'PaginationToken'),
    { from: region },
  )
  const { ask, dialog } = useAsk()
  // What the operation says of a pool that remembers no devices.
  const hasNone = loaded.error?.type === 'InvalidUserPoolConfigurationException'
  const devices = loaded.data ?? []

  function forget(DeviceKey: string) {
    ask({
      title: 'Forget the device',
      action: 'Forget device',
      typed: 'forget',
      region: pool.PrimaryRegion,
      calls: [ofPool(pool, 'AdminForgetDevice', { ...target, DeviceKey })],
      done: 'The device was forgotten.',
      onDone: loaded.reload,
      children: `The next sign-in on ${DeviceKey} is as on a device that was never seen.`,
    })
  }

  function remember(DeviceKey: string, DeviceRememberedStatus: string) {
    const verb = DeviceRememberedStatus === 'remembered' ? 'Remember' : 'Do not remember'
    ask({
      title: `${verb} the device`,
      action: verb,
      region: pool.PrimaryRegion,
      calls: [
        ofPool(pool, 'AdminUpdateDeviceStatus', { ...target, DeviceKey, DeviceRememberedStatus }),
      ],
      done: 'The device was changed.',
      onDone: loaded.reload,
      children: 'A remembered device can take the place of MFA where the user pool allows it.',
    })
  }

  return (
    <SpaceBetween size="s">
      {!hasNone && <LoadFailure what="The devices of the user" of={loaded} />}
      <Table
        items={devices}
        trackBy="DeviceKey"
        wrapLines
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading devices"
        empty={
          hasNone ? (
            <Box>The user pool remembers no devices.</Box>
          ) : (
            loaded.data && <Box>The user has no device.</Box>
          )
        }
        header={
          <Header variant="h2" counter={loaded.data && `(${devices.length})`}>
            Devices
          </Header>
        }
        columnDefinitions={[
          {
            id: 'device',
            header: 'Device',
            isRowHeader: true,
            cell: (device: Device) => nameOf(device),
          },
          { id: 'remembered', header: 'Remembered', cell: (device: Device) => statusOf(device) },
          {
            id: 'address',
            header: 'Last IP address',
            cell: ({ DeviceAttributes }: Device) =>
              attributeOf(DeviceAttributes, 'last_ip_used') ?? '–',
          },
          {
            id: 'seen',
            header: 'Last sign-in',
            cell: (device: Device) => momentOf(device.DeviceLastAuthenticatedDate),
          },
          {
            id: 'actions',
            header: 'Actions',
            cell: (device: Device) => {
              const next = statusOf(device) === 'remembered' ? 'not_remembered' : 'remembered'
              return (
                <SpaceBetween direction="horizontal" size="xs">
                  <ChangeButton pool={pool} onClick={() => remember(device.DeviceKey, next)}>
                    {next === 'remembered' ? 'Remember' : 'Do not remember'}
                  </ChangeButton>
                  <ChangeButton pool={pool} onClick={() => forget(device.DeviceKey)}>
                    Forget
                  </ChangeButton>
                </SpaceBetween>
              )
            },
          },
        ]}
      />
      {dialog}
    </SpaceBetween>
  )
}

function nameOf({ DeviceAttributes, DeviceKey }: Device): string {
  return attributeOf(DeviceAttributes, 'device_name') ?? DeviceKey
}

function statusOf({ DeviceAttributes }: Device): string {
  return attributeOf(DeviceAttributes, 'dev:device_remembered_status') ?? '–'
}
