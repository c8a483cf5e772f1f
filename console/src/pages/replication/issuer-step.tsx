// Step 2: the issuer that all Regions serve. What changes for whom is said before it is changed,
// with who still asks the primary Region's own endpoint.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import type { PoolView } from '../../api/pools.js'
import { ChangeButton } from '../../parts/ask.js'
import { Copied } from '../../parts/copied.js'
import { ChangedPool } from './changed-pool.js'
import { EndpointUses } from './endpoint-uses.js'
import type { Replication } from './facts.js'

export function IssuerStep({ of }: { readonly of: Replication }) {
  return (
    <SpaceBetween size="l">
      <IssuerUrls pool={of.pool} />
      <EndpointUses pool={of.pool} />
      <Meaning />
      <ChangeIssuer of={of} />
    </SpaceBetween>
  )
}

type IssuerType = PoolView['IssuerType']

const DOCUMENTS = [
  { label: 'Issuer', path: '' },
  { label: 'Keys (JWKS)', path: '/.well-known/jwks.json' },
  { label: 'Discovery', path: '/.well-known/openid-configuration' },
] as const
type Document = (typeof DOCUMENTS)[number]

function IssuerUrls({ pool }: { readonly pool: PoolView }) {
  const { Issuers: issuers } = pool
  const cell = (type: IssuerType) => (document: Document) => {
    const url = issuers && `${issuers[type]}${document.path}`
    return url === undefined ? '–' : <Copied value={url} what={`${document.label} of ${type}`} />
  }
  const column = (type: IssuerType, what: string) => ({
    id: type,
    header: (
      <>
        {type}: {what} {pool.IssuerType === type && <StatusIndicator>In use</StatusIndicator>}
      </>
    ),
    cell: cell(type),
    // On a phone the table scrolls rather than break a URL into syllables.
    minWidth: 240,
  })
  return (
    <Table
      header={
        <Header
          variant="h2"
          description="New tokens name the issuer in use, in every Region. UPDATED is served by any
            Region that is up, so tokens can be verified while the primary Region is away."
        >
          Issuer of the user pool
        </Header>
      }
      items={DOCUMENTS}
      trackBy="label"
      wrapLines
      columnDefinitions={[
        { id: 'document', header: 'URL', isRowHeader: true, cell: ({ label }) => label },
        column('ORIGINAL', 'of the primary Region'),
        column('UPDATED', 'of all Regions'),
      ]}
    />
  )
}

function Meaning() {
  return (
    <Container header={<Header variant="h2">What the change means</Header>}>
      <SpaceBetween size="s">
        <Box>
          The ID of the user pool, its app clients, its domain and the users' <code>sub</code> stay.
          Tokens that were issued before keep their issuer until they expire, and stay valid. New
          tokens, refreshed ones too, name the new issuer at once.
        </Box>
        <Box variant="h3">Servers that verify tokens</Box>
        <Box>
          A verifier with a fixed issuer refuses new tokens from the moment of the change. Let it
          accept both issuers first, and move its discovery or JWKS URL. Change the issuer when all
          have been deployed. Remove the old one when the longest-lived token of before has expired.
        </Box>
        <Box variant="h3">Web and mobile apps</Box>
        <Box>
          Apps that only call the API notice nothing. Apps with an OpenID Connect library have an
          authority, which is the issuer: they need a new release, and older releases refuse the new
          tokens.
        </Box>
        <Box variant="h3">What cannot take UPDATED</Box>
        <Box>
          In AWS, the authenticate-cognito action of Application Load Balancers and Cognito
          authorizers of API Gateway know the ORIGINAL issuer only. A JWT authorizer can take
          UPDATED.
        </Box>
      </SpaceBetween>
    </Container>
  )
}

function ChangeIssuer({ of: { pool, reload } }: { readonly of: Replication }) {
  const [target, setTarget] = useState<IssuerType>()
  const other = pool.IssuerType === 'ORIGINAL' ? 'UPDATED' : 'ORIGINAL'
  const { Issuers: issuers } = pool
  return (
    <Container header={<Header variant="h2">Change the issuer type</Header>}>
      <SpaceBetween size="m">
        <Box>
          The type is <strong>{pool.IssuerType}</strong>.{' '}
          {other === 'UPDATED'
            ? 'UPDATED is recommended for a user pool with a replica.'
            : 'Going back is the same change for everybody who verifies tokens.'}
        </Box>
        <ChangeButton
          pool={pool}
          variant={other === 'UPDATED' ? 'primary' : 'normal'}
          onClick={() => setTarget(other)}
        >
          {other === 'UPDATED' ? 'Change issuer type' : 'Change issuer type back'}
        </ChangeButton>
      </SpaceBetween>
      {target !== undefined && (
        <ChangedPool
          pool={pool}
          title={`Change issuer type to ${target}`}
          action="Change issuer type"
          typed={target}
          changes={{ IssuerConfiguration: { Type: target } }}
          done={`The issuer type is ${target}.`}
          onClose={() => setTarget(undefined)}
          onDone={reload}
          onRefused={reload}
        >
          <Alert
            type="warning"
            header="Verifiers that do not know the new issuer refuse new tokens"
          >
            From now on tokens name <span className="wrap">{issuers?.[target]}</span>
          </Alert>
        </ChangedPool>
      )}
    </Container>
  )
}
