// The statements that a key's policy needs for a pool, to copy, and what each Region's policy of
// the key lacks of them, which those who may can put there from here; and which calls the policy
// denies whatever statements it has.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import CopyToClipboard from '@cloudscape-design/components/copy-to-clipboard'
import ExpandableSection from '@cloudscape-design/components/expandable-section'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useState } from 'react'
import { keyArnIn } from '#domain/arn.js'
import type { RegionalCall } from '../../api/client.js'
import { kms } from '../../api/kms.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { Change } from '../../parts/change.js'
import { CommandText } from '../../parts/command.js'
import { disabledBy } from '../../parts/paused.js'
import { LoadFailure, refusalOf } from '../../parts/status.js'
import {
  type ChosenKey,
  type RegionPolicy,
  useKeyPolicies,
  useKeyStatements,
} from './account-keys.js'
import { type Checked, denialsIn } from './key-check.js'

export function KeyPolicy({
  pool,
  chosen,
  checks,
  onChanged,
}: {
  readonly pool: PoolView
  readonly chosen: ChosenKey
  readonly checks: readonly Checked[] | undefined
  readonly onChanged: () => Promise<unknown>
}) {
  const { session } = useSession()
  const isEmbedded = session.keysDriver === 'embedded'
  const known = session.regions.map(({ name }) => name)
  const held = known.filter((region) => chosen.regions.includes(region))
  const statements = useKeyStatements(pool, known)
  const { data } = statements
  const policies = useKeyPolicies(
    { arn: chosen.arn, regions: isEmbedded ? held : [] },
    data?.Statements,
  )
  const text = JSON.stringify(data?.Statements, undefined, 2)
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="Each Region's key has a policy of its own. Each needs these statements."
          actions={
            isEmbedded && (
              <Apply
                chosen={chosen}
                policies={policies.data ?? []}
                onDone={() => Promise.all([policies.reload(), onChanged()])}
              />
            )
          }
        >
          Policy of the key
        </Header>
      }
    >
      <SpaceBetween size="m">
        <LoadFailure what="The statements for the policy" of={statements} />
        <LoadFailure what="The policies of the key" of={policies} />
        {(policies.data ?? []).length > 0 && (
          <KeyValuePairs
            columns={Math.min(held.length, 4)}
            items={(policies.data ?? []).map((policy) => ({
              label: policy.region,
              value: (
                <SpaceBetween size="xxs">
                  <PolicyState of={policy} />
                  <Denials of={denialsIn(checks, policy.region)} />
                </SpaceBetween>
              ),
            }))}
          />
        )}
        <Statements pool={pool} regions={known} text={text ?? ''} isExpanded={!isEmbedded} />
      </SpaceBetween>
    </Container>
  )
}

function Statements({
  pool,
  regions,
  text,
  isExpanded,
}: {
  readonly pool: PoolView
  readonly regions: readonly string[]
  readonly text: string
  readonly isExpanded: boolean
}) {
  return (
    <ExpandableSection
      headerText="Statements for this user pool"
      defaultExpanded={isExpanded}
      headerActions={
        <CopyToClipboard
          copyButtonText="Copy statements"
          copySuccessText="Copied"
          copyErrorText="They could not be copied"
          textToCopy={text}
        />
      }
    >
      <Box variant="pre">
        <span className="wrap">{text}</span>
      </Box>
      <CommandText
        lines={[`twinpool key statements --user-pool-id ${pool.Id} --regions ${regions.join(',')}`]}
      />
    </ExpandableSection>
  )
}

function PolicyState({ of: { error, statements } }: { readonly of: RegionPolicy }) {
  if (error !== undefined) {
    return <StatusIndicator type="error">{refusalOf(error)}</StatusIndicator>
  }
  const missing = statements.filter(({ outcome }) => outcome !== 'present')
  if (missing.length === 0) {
    return <StatusIndicator type="success">Has all {statements.length} statements</StatusIndicator>
  }
  return (
    <SpaceBetween size="xxs">
      <StatusIndicator type="warning">
        Lacks {missing.length} of {statements.length} statements
      </StatusIndicator>
      <StatementList of={missing} />
    </SpaceBetween>
  )
}

function Denials({ of }: { readonly of: readonly string[] }) {
  if (of.length === 0) return null
  return (
    <StatusIndicator type="error">
      A Deny statement refuses <span className="wrap">{of.join(', ')}</span>
    </StatusIndicator>
  )
}

const OUTCOMES = {
  present: 'there',
  added: 'not there',
  extended: 'there for other pools',
} as const

function StatementList({ of }: { readonly of: RegionPolicy['statements'] }) {
  return (
    <Box fontSize="body-s">
      <ul>
        {of.map(({ sid, outcome }) => (
          <li key={sid} className="wrap">
            {sid}: {OUTCOMES[outcome]}
          </li>
        ))}
      </ul>
    </Box>
  )
}

function Apply({
  chosen,
  policies,
  onDone,
}: {
  readonly chosen: ChosenKey
  readonly policies: readonly RegionPolicy[]
  readonly onDone: () => Promise<unknown>
}) {
  const [isOpen, setOpen] = useState(false)
  const lacking = policies.filter(({ statements }) =>
    statements.some(({ outcome }) => outcome !== 'present'),
  )
  const unread = policies.filter(({ merged }) => merged === undefined)
  const why =
    lacking.length > 0
      ? undefined
      : unread.length > 0
        ? `The policy could not be read in ${unread.map(({ region }) => region).join(', ')}.`
        : 'The policies have all statements.'
  const calls = lacking.map(
    ({ region, merged }): RegionalCall => ({
      ...kms('PutKeyPolicy', {
        KeyId: keyArnIn(region, chosen.arn),
        PolicyName: 'default',
        Policy: JSON.stringify(merged, undefined, 2),
      }),
      region,
    }),
  )
  return (
    <>
      <Button {...disabledBy(why)} onClick={() => setOpen(true)}>
        Apply for me
      </Button>
      {isOpen && (
        <Change
          title="Put the statements into the policies"
          action="Apply"
          region={lacking[0]?.region ?? ''}
          calls={calls}
          done="The policies have the statements."
          onClose={() => setOpen(false)}
          onDone={onDone}
          onRefused={onDone}
        >
          <Alert type="info">
            Nothing that the policies have is taken away. Statements that other user pools need
            stay.
          </Alert>
          {lacking.map(({ region, merged, statements }) => (
            <SpaceBetween key={region} size="xs">
              <Box variant="h3">{region}</Box>
              <StatementList of={statements.filter(({ outcome }) => outcome !== 'present')} />
              <ExpandableSection headerText="The policy afterwards">
                <Box variant="pre">
                  <span className="wrap">{JSON.stringify(merged, undefined, 2)}</span>
                </Box>
              </ExpandableSection>
            </SpaceBetween>
          ))}
        </Change>
      )}
    </>
  )
}
