// The secrets of an app client, and the way from one to the next without an outage: add the new
// one, deploy it, delete the old one. Where a person is on that way is what the service has.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Steps from '@cloudscape-design/components/steps'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { ofPool } from '../../../api/cognito.js'
import type { PoolView } from '../../../api/pools.js'
import { usePoolCall } from '../../../api/use-calls.js'
import { ChangeButton } from '../../../parts/ask.js'
import { Change } from '../../../parts/change.js'
import { momentOf } from '../../../parts/format.js'
import { disabledBy } from '../../../parts/paused.js'
import { LoadFailure } from '../../../parts/status.js'
import { NewSecret } from './new-secret.js'

interface SecretRow {
  readonly ClientSecretId: string
  readonly ClientSecretCreateDate: number
}

interface SecretsProps {
  readonly pool: PoolView
  readonly clientId: string
}

export function ClientSecrets(props: SecretsProps & { readonly hasSecret: boolean }) {
  if (props.hasSecret) return <SecretList {...props} />
  return (
    <Container header={<Header variant="h2">Secrets</Header>}>
      This is a public client. Whether a client has a secret is decided when it is created.
    </Container>
  )
}

function SecretList({ pool, clientId }: SecretsProps) {
  const loaded = usePoolCall<{ ClientSecrets: readonly SecretRow[] }>(
    pool,
    ofPool(pool, 'ListUserPoolClientSecrets', { ClientId: clientId }),
  )
  const [isAdding, setAdding] = useState(false)
  const [deleted, setDeleted] = useState<SecretRow>()
  const [secret, setSecret] = useState<string>()
  const secrets = (loaded.data?.ClientSecrets ?? []).toSorted(
    (a, b) => a.ClientSecretCreateDate - b.ClientSecretCreateDate,
  )
  const isRotating = secrets.length > 1
  const full = isRotating ? 'A client has at most two secrets: delete the old one.' : undefined
  const last = isRotating ? undefined : 'A client keeps at least one secret: add another before.'
  return (
    <SpaceBetween size="l">
      <LoadFailure what="Client secrets" of={loaded} />
      {secret !== undefined && <NewSecret value={secret} onClose={() => setSecret(undefined)} />}
      <Table
        items={secrets}
        trackBy="ClientSecretId"
        loading={loaded.isLoading && loaded.data === undefined}
        loadingText="Loading client secrets"
        columnDefinitions={columnsOf(secrets, pool.paused ?? last, setDeleted)}
        footer={<Rotation isRotating={isRotating} />}
        header={
          <Header
            variant="h2"
            actions={
              <ChangeButton pool={pool} reason={full} onClick={() => setAdding(true)}>
                Add secret
              </ChangeButton>
            }
          >
            Secrets
          </Header>
        }
      />
      {isAdding && (
        <Change
          title="Add client secret"
          action="Add secret"
          region={pool.PrimaryRegion}
          calls={[ofPool(pool, 'AddUserPoolClientSecret', { ClientId: clientId })]}
          done="The secret was added. Both secrets are taken now."
          onClose={() => setAdding(false)}
          onDone={({ ClientSecretDescriptor: made }) => {
            setSecret((made as { ClientSecretValue?: string } | undefined)?.ClientSecretValue)
            return loaded.reload()
          }}
        >
          A new secret is made, and shown once. The one that the app has now goes on working.
        </Change>
      )}
      {deleted !== undefined && (
        <DeleteSecret
          pool={pool}
          clientId={clientId}
          secret={deleted}
          isNewest={deleted === secrets.at(-1)}
          onClose={() => setDeleted(undefined)}
          onDone={loaded.reload}
        />
      )}
    </SpaceBetween>
  )
}

function columnsOf(
  secrets: readonly SecretRow[],
  reason: string | undefined,
  onDelete: (secret: SecretRow) => void,
) {
  return [
    {
      id: 'id',
      header: 'Secret',
      minWidth: 220,
      isRowHeader: true,
      cell: ({ ClientSecretId }: SecretRow) => <span className="wrap">{ClientSecretId}</span>,
    },
    {
      id: 'created',
      header: 'Created',
      minWidth: 140,
      cell: (row: SecretRow) => momentOf(row.ClientSecretCreateDate),
    },
    {
      id: 'which',
      header: 'Which',
      cell: (row: SecretRow) =>
        secrets.length === 1 ? 'The only one' : row === secrets.at(-1) ? 'New' : 'Old',
    },
    {
      id: 'actions',
      header: 'Actions',
      cell: (row: SecretRow) => (
        <Button
          variant="inline-link"
          ariaLabel={`Delete ${row.ClientSecretId}`}
          {...disabledBy(reason)}
          onClick={() => onDelete(row)}
        >
          Delete
        </Button>
      ),
    },
  ]
}

function Rotation({ isRotating }: { readonly isRotating: boolean }) {
  return (
    <>
      <Box variant="awsui-key-label">Rotation without an outage</Box>
      <Steps
        steps={[
          {
            status: isRotating ? 'success' : 'pending',
            header: 'Add a second secret',
            details: 'Copy it when it is shown. Both are taken from then on, in all Regions.',
          },
          {
            status: isRotating ? 'in-progress' : 'pending',
            header: 'Deploy the new secret to every instance of the app',
          },
          {
            status: 'pending',
            header: 'Delete the old secret',
            details: 'When no instance uses it any more.',
          },
        ]}
      />
    </>
  )
}

function DeleteSecret({
  pool,
  clientId,
  secret,
  isNewest,
  onClose,
  onDone,
}: SecretsProps & {
  readonly secret: SecretRow
  readonly isNewest: boolean
  readonly onClose: () => void
  readonly onDone: () => Promise<void>
}) {
  const { ClientSecretId } = secret
  return (
    <Change
      title="Delete client secret"
      action="Delete"
      region={pool.PrimaryRegion}
      calls={[ofPool(pool, 'DeleteUserPoolClientSecret', { ClientId: clientId, ClientSecretId })]}
      typed="delete"
      done="The secret was deleted."
      onClose={onClose}
      onDone={onDone}
    >
      {isNewest && <Alert type="warning">This is the newer of the two secrets.</Alert>}
      <Box>Apps that still use {ClientSecretId} are refused from now on, in all Regions.</Box>
    </Change>
  )
}
