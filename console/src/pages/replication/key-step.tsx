// Step 1: a multi-Region key that the pool is encrypted under, and that another Region holds. The
// key that is being looked at is in the address, so that a reload keeps it.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Input from '@cloudscape-design/components/input'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import { keyArnIn, parseKeyArn } from '#domain/arn.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { Copied } from '../../parts/copied.js'
import { disabledBy } from '../../parts/paused.js'
import { LoadFailure } from '../../parts/status.js'
import { goTo, useAddress } from '../../route.js'
import { type ChosenKey, useAccountKeys } from './account-keys.js'
import { ChangedPool } from './changed-pool.js'
import type { Replication } from './facts.js'
import { type Checked, KeyCheck, useKeyChecks } from './key-check.js'
import { KeyPicker } from './key-picker.js'
import { KeyPolicy } from './key-policy.js'
import { hrefOfView } from './step-navigation.js'

export function KeyStep({ of }: { readonly of: Replication }) {
  const { pool } = of
  const { session } = useSession()
  const isEmbedded = session.keysDriver === 'embedded'
  const keys = useAccountKeys(isEmbedded && pool.isPrimaryUp ? pool.PrimaryRegion : undefined)
  const { query } = useAddress()
  const named = query.get('key') ?? pool.KmsKeyArn
  const arn = named && parseKeyArn(named) && keyArnIn(pool.PrimaryRegion, named)
  const regions = session.regions.map(({ name }) => name)
  const chosen: ChosenKey | undefined = arn
    ? (keys.data?.find((key) => key.arn === arn) ?? {
        arn,
        regions,
        primaryRegion: undefined,
        description: '',
      })
    : undefined
  const choose = (next: string) =>
    goTo(`${hrefOfView(pool.Id, 'key')}?${new URLSearchParams({ key: next })}`)
  const reload = () => Promise.all([keys.reload(), of.reload()])
  return (
    <SpaceBetween size="l">
      <CurrentKey pool={pool} />
      {isEmbedded ? (
        <>
          <LoadFailure what="Keys" of={keys} />
          <KeyPicker pool={pool} keys={keys} chosen={chosen} onChoose={choose} onChanged={reload} />
        </>
      ) : (
        <KeyByArn pool={pool} chosen={chosen?.arn} onChoose={choose} />
      )}
      {chosen !== undefined && !(isEmbedded && keys.isLoading && keys.data === undefined) && (
        <ChosenKeySections key={chosen.arn} of={of} chosen={chosen} />
      )}
    </SpaceBetween>
  )
}

function CurrentKey({ pool }: { readonly pool: PoolView }) {
  const { KmsKeyArn: arn } = pool
  return (
    <Container
      header={
        <Header
          variant="h2"
          description="What a pool keeps is encrypted under its key. A replica needs a multi-Region
            key that both Regions hold, with a policy in each of them."
        >
          Key of the user pool
        </Header>
      }
    >
      <KeyValuePairs
        columns={2}
        items={[
          { label: 'Kind', value: arn === undefined ? 'Service key' : 'Customer managed key' },
          { label: 'ARN', value: arn === undefined ? '–' : <Copied value={arn} what="the ARN" /> },
        ]}
      />
    </Container>
  )
}

/** Where keys are in AWS KMS, whose lists the console has no credentials for. */
function KeyByArn({
  pool,
  chosen,
  onChoose,
}: {
  readonly pool: PoolView
  readonly chosen: string | undefined
  readonly onChoose: (arn: string) => void
}) {
  const [arn, setArn] = useState(chosen ?? '')
  const isArn = parseKeyArn(arn.trim()) !== undefined
  return (
    <Container header={<Header variant="h2">Choose a key</Header>}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (isArn) onChoose(arn.trim())
        }}
      >
        <SpaceBetween size="m">
          <Box>
            Keys of this deployment are in AWS KMS. Create a multi-Region key there, replicate it,
            and name it by its ARN in {pool.PrimaryRegion}.
          </Box>
          <FormField
            label="ARN of the key"
            errorText={arn !== '' && !isArn && 'This is not the ARN of a KMS key.'}
          >
            <Input value={arn} spellcheck={false} onChange={({ detail }) => setArn(detail.value)} />
          </FormField>
          <Button formAction="submit" disabled={!isArn}>
            Look at this key
          </Button>
        </SpaceBetween>
      </form>
    </Container>
  )
}

function ChosenKeySections({
  of,
  chosen,
}: {
  readonly of: Replication
  readonly chosen: ChosenKey
}) {
  const checks = useKeyChecks(of.pool, chosen)
  return (
    <SpaceBetween size="l">
      <KeyPolicy pool={of.pool} chosen={chosen} checks={checks.data} onChanged={checks.reload} />
      <KeyCheck pool={of.pool} arn={chosen.arn} checks={checks} />
      <UseKey of={of} chosen={chosen} checks={checks.data} />
    </SpaceBetween>
  )
}

function UseKey({
  of: { pool, reload },
  chosen,
  checks,
}: {
  readonly of: Replication
  readonly chosen: ChosenKey
  readonly checks: readonly Checked[] | undefined
}) {
  const [isOpen, setOpen] = useState(false)
  const isCurrent = sameKey(pool, chosen.arn)
  const why = isCurrent ? undefined : (pool.paused ?? whyNot(checks))
  return (
    <Container header={<Header variant="h2">Use the key</Header>}>
      <SpaceBetween size="m">
        {isCurrent ? (
          <Box>It is the key of this user pool.</Box>
        ) : (
          <Box>
            The pool's data keys are wrapped under the new key at once. Users notice nothing. Keep
            the key that it has now for as long as there are backups from before.
          </Box>
        )}
        {!isCurrent && (
          <Button variant="primary" {...disabledBy(why)} onClick={() => setOpen(true)}>
            Use this key
          </Button>
        )}
      </SpaceBetween>
      {isOpen && (
        <ChangedPool
          pool={pool}
          title="Use this key"
          action="Use this key"
          changes={{
            KeyConfiguration: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: chosen.arn },
          }}
          done="The user pool is encrypted under the key."
          onClose={() => setOpen(false)}
          onDone={reload}
          onRefused={reload}
        >
          <KeyValuePairs
            columns={2}
            items={[
              { label: 'Key now', value: pool.KmsKeyArn ?? 'Service key' },
              { label: 'Key from now on', value: chosen.arn },
            ]}
          />
          {pool.KmsKeyArn !== undefined && (
            <Alert type="warning">
              The key that the pool has now is needed until this is done.
            </Alert>
          )}
        </ChangedPool>
      )}
    </Container>
  )
}

function sameKey(pool: PoolView, arn: string): boolean {
  return pool.KmsKeyArn !== undefined && keyArnIn(pool.PrimaryRegion, pool.KmsKeyArn) === arn
}

/** Why the key cannot be used yet. */
function whyNot(checks: readonly Checked[] | undefined): string | undefined {
  if (checks === undefined) return 'The check has not ended.'
  const away = checks.filter(({ error }) => error !== undefined).map(({ region }) => region)
  if (away.length > 0) return `The key could not be checked in ${away.join(', ')}.`
  const refused = checks.filter(({ check }) => check?.Usable !== true).map(({ region }) => region)
  if (refused.length > 0) return `The key does not serve in ${refused.join(', ')}; see the check.`
  return undefined
}
