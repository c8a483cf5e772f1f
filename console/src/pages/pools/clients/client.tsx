// An app client: its settings by groups, and its secrets.
import Button from '@cloudscape-design/components/button'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import { useState } from 'react'
import type { Structure } from '#domain/settings/resent.js'
import { ofPool } from '../../../api/cognito.js'
import type { PoolView } from '../../../api/pools.js'
import { useSession } from '../../../api/session.js'
import { useLoaded } from '../../../api/use-calls.js'
import { ChangeButton } from '../../../parts/ask.js'
import { Change } from '../../../parts/change.js'
import { Copied } from '../../../parts/copied.js'
import type { Field } from '../../../parts/field.js'
import { momentOf } from '../../../parts/format.js'
import { Settings } from '../../../parts/settings.js'
import { LoadFailure } from '../../../parts/status.js'
import { goTo, hrefOf } from '../../../route.js'
import { clientUpdate } from '../pool-calls.js'
import { ATTRIBUTES, OAUTH, SIGN_IN, TOKENS } from './client-fields.js'
import { ClientSecrets } from './client-secrets.js'

interface ClientProps {
  readonly pool: PoolView
  readonly clientId: string
}

/** The client as it is described, without its secret, which no page needs to hold. */
function useClient({ pool, clientId }: ClientProps) {
  const { call } = useSession()
  const what = ofPool(pool, 'DescribeUserPoolClient', { ClientId: clientId })
  const describe = async (region: string) => {
    const { UserPoolClient } = await call<{ UserPoolClient: Structure }>(region, what)
    const { ClientSecret, ...settings } = UserPoolClient
    return { settings, hasSecret: ClientSecret !== undefined }
  }
  const from = pool.readRegion
  const loaded = useLoaded(`client ${clientId}`, () => describe(from), { from })
  return { ...loaded, read: async () => (await describe(pool.PrimaryRegion)).settings }
}

const GROUPS: readonly { readonly title: string; readonly fields: readonly Field[] }[] = [
  { title: 'Sign-in', fields: SIGN_IN },
  { title: 'Tokens', fields: TOKENS },
  { title: 'OAuth', fields: OAUTH },
  { title: 'Attributes', fields: ATTRIBUTES },
]

export function ClientPage({ pool, clientId }: ClientProps) {
  const loaded = useClient({ pool, clientId })
  const [isDeleting, setDeleting] = useState(false)
  const { data } = loaded
  const list = hrefOf('pools', pool.Id, 'clients')
  return (
    <SpaceBetween size="l">
      <LoadFailure what="The app client" of={loaded} />
      {data === undefined && loaded.isLoading && <Spinner />}
      {data !== undefined && (
        <SpaceBetween size="l">
          <Header
            variant="h2"
            description={<ClientLine clientId={clientId} settings={data.settings} />}
            actions={
              <SpaceBetween direction="horizontal" size="xs">
                <Button href={list}>All app clients</Button>
                <ChangeButton pool={pool} onClick={() => setDeleting(true)}>
                  Delete
                </ChangeButton>
              </SpaceBetween>
            }
          >
            {String(data.settings['ClientName'])}
          </Header>
          {GROUPS.map((group) => (
            <Settings
              key={group.title}
              {...group}
              values={data.settings}
              region={pool.PrimaryRegion}
              paused={pool.paused}
              reload={loaded.reload}
              read={loaded.read}
              callsOf={(values, changes) => [clientUpdate(pool, values, changes)]}
            />
          ))}
          <ClientSecrets pool={pool} clientId={clientId} hasSecret={data.hasSecret} />
          {isDeleting && (
            <Change
              title="Delete app client"
              action="Delete"
              region={pool.PrimaryRegion}
              calls={[ofPool(pool, 'DeleteUserPoolClient', { ClientId: clientId })]}
              typed={String(data.settings['ClientName'])}
              done="The app client was deleted."
              onClose={() => setDeleting(false)}
              onDone={() => goTo(list)}
            >
              Apps that use {clientId} can sign nobody in any more, and renew no tokens. The client
              ID does not come back.
            </Change>
          )}
        </SpaceBetween>
      )}
    </SpaceBetween>
  )
}

function ClientLine({
  clientId,
  settings,
}: {
  readonly clientId: string
  readonly settings: Structure
}) {
  return (
    <SpaceBetween direction="horizontal" size="m">
      <Copied value={clientId} what="client ID" />
      <span>Created {momentOf(settings['CreationDate'])}</span>
      <span>Changed {momentOf(settings['LastModifiedDate'])}</span>
    </SpaceBetween>
  )
}
