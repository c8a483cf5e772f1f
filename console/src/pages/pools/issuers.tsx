// Both issuers of a pool, with the documents that verifiers of its tokens read.
import Badge from '@cloudscape-design/components/badge'
import Box from '@cloudscape-design/components/box'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import type { PoolView } from '../../api/pools.js'
import { Copied } from '../../parts/copied.js'

const FORMS = [
  { type: 'ORIGINAL', text: 'Names the endpoint of one Region, and is served by it.' },
  { type: 'UPDATED', text: 'The same for all Regions, and served by any that is up.' },
] as const

export function Issuers({ pool }: { readonly pool: PoolView }) {
  const { Issuers: issuers } = pool
  if (issuers === undefined) return null
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="New tokens name the one in use; those with the other stay valid."
        >
          Issuers
        </Header>
      }
    >
      <SpaceBetween size="l">
        {FORMS.map(({ type, text }) => (
          <SpaceBetween key={type} size="xs">
            <Box variant="h3">
              {type} {type === pool.IssuerType && <Badge color="green">In use</Badge>}
            </Box>
            <Box color="text-body-secondary">{text}</Box>
            <Documents issuer={issuers[type]} type={type} />
          </SpaceBetween>
        ))}
      </SpaceBetween>
    </Container>
  )
}

function Documents({ issuer, type }: { readonly issuer: string; readonly type: string }) {
  const pairs = [
    ['Issuer', issuer],
    ['Keys (JWKS)', `${issuer}/.well-known/jwks.json`],
    ['Discovery', `${issuer}/.well-known/openid-configuration`],
  ] as const
  return (
    <KeyValuePairs
      columns={3}
      minColumnWidth={260}
      items={pairs.map(([label, url]) => ({
        label,
        value: <Copied value={url} what={`${label} of ${type}`} />,
      }))}
    />
  )
}
