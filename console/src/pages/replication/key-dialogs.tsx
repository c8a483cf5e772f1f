// Making a multi-Region key, and its replica in another Region. Both get the account's usual
// statement and those for the pool at once, so that nobody has to put them there afterwards.
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { mergedPolicy } from '#domain/iam/merged-policy.js'
import type { Members } from '../../api/client.js'
import { kms } from '../../api/kms.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { useCall } from '../../api/use-calls.js'
import { Change } from '../../parts/change.js'
import { RegionSelect } from '../../parts/region-select.js'
import { LoadFailure } from '../../parts/status.js'
import { type ChosenKey, useKeyStatements } from './account-keys.js'

export function CreateKey({
  pool,
  onClose,
  onCreated,
}: {
  readonly pool: PoolView
  readonly onClose: () => void
  readonly onCreated: (arn: string) => Promise<unknown>
}) {
  const { session } = useSession()
  const [text, setText] = useState(`User pool ${pool.Name}`)
  const statements = useKeyStatements(
    pool,
    session.regions.map(({ name }) => name),
  )
  const policy = newPolicy(session.accountId, statements.data?.Statements)
  const input = { MultiRegion: true, Description: text.trim(), Policy: policy }
  return (
    <Change
      title="Create multi-Region key"
      action="Create key"
      region={pool.PrimaryRegion}
      calls={[kms('CreateKey', input)]}
      isReady={policy !== undefined}
      done={`The key was created in ${pool.PrimaryRegion}. Replicate it to another Region next.`}
      onClose={onClose}
      onDone={({ KeyMetadata }) => onCreated(String((KeyMetadata as Members)['Arn']))}
    >
      <LoadFailure what="The statements for the policy" of={statements} />
      <FormField
        label="Description"
        description={`The key is created in ${pool.PrimaryRegion}. Its policy has the account's
          usual statement and those that this user pool needs.`}
      >
        <Input value={text} onChange={({ detail }) => setText(detail.value)} />
      </FormField>
    </Change>
  )
}

/** The policy of a new key: the account decides, and the pool may. */
function newPolicy(accountId: string, statements: readonly Members[] | undefined) {
  if (statements === undefined) return undefined
  const administrators = {
    Sid: 'Enable IAM User Permissions',
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${accountId}:root` },
    Action: 'kms:*',
    Resource: '*',
  }
  const Statement = [administrators, ...statements]
  return JSON.stringify({ Version: '2012-10-17', Statement }, undefined, 2)
}

export function ReplicateKey({
  pool,
  chosen,
  onClose,
  onDone,
}: {
  readonly pool: PoolView
  readonly chosen: ChosenKey
  readonly onClose: () => void
  readonly onDone: () => Promise<unknown>
}) {
  const { session } = useSession()
  const others = session.regions
    .map(({ name }) => name)
    .filter((region) => !chosen.regions.includes(region))
  const [region, setRegion] = useState(others[0])
  const from = chosen.primaryRegion ?? pool.PrimaryRegion
  const keyId = chosen.arn.split('/').at(-1)
  const statements = useKeyStatements(pool, [...chosen.regions, ...others])
  const current = useCall<{ readonly Policy: string }>(from, kms('GetKeyPolicy', { KeyId: keyId }))
  const merge =
    statements.data && current.data && mergedPolicy(current.data.Policy, statements.data.Statements)
  const Policy = merge?.kind === 'merged' ? JSON.stringify(merge.policy, undefined, 2) : undefined
  const { description: Description } = chosen
  return (
    <Change
      title="Replicate key"
      action="Replicate key"
      region={from}
      calls={[kms('ReplicateKey', { KeyId: keyId, ReplicaRegion: region, Description, Policy })]}
      isReady={region !== undefined && Policy !== undefined}
      done={`The key is in ${region}, too.`}
      onClose={onClose}
      onDone={onDone}
      onRefused={onDone}
    >
      <LoadFailure what="The policy of the key" of={current} />
      <LoadFailure what="The statements for the policy" of={statements} />
      <FormField
        label="Region"
        description={`The replica gets the policy that the key has in ${from}, with the statements
          for this user pool.`}
        errorText={others.length === 0 && 'All Regions of this deployment hold the key.'}
      >
        <RegionSelect regions={others} region={region} onRegion={setRegion} />
      </FormField>
    </Change>
  )
}
