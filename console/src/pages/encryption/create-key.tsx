// Makes a key, and copies a multi-Region key to another Region.
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { kms } from '../../api/kms.js'
import { useSession } from '../../api/session.js'
import { Change } from '../../parts/change.js'
import { RegionSelect } from '../../parts/region-select.js'
import { goTo, hrefOf } from '../../route.js'
import type { KeyMetadata } from './keys.js'

interface DialogProps {
  readonly onClose: () => void
  readonly onDone: () => unknown
}

export function CreateKey({ onClose, onDone }: DialogProps) {
  const { session } = useSession()
  const [region, setRegion] = useState(session.region)
  const [description, setDescription] = useState('')
  const [isMultiRegion, setMultiRegion] = useState(true)
  const input = {
    MultiRegion: isMultiRegion,
    ...(description !== '' && { Description: description }),
  }
  return (
    <Change
      title="Create key"
      action="Create key"
      region={region}
      calls={[kms('CreateKey', input)]}
      done="The key was created."
      onClose={onClose}
      onDone={async (output) => {
        await onDone()
        const made = output['KeyMetadata'] as KeyMetadata | undefined
        if (made !== undefined) goTo(hrefOf('encryption', made.KeyId))
      }}
    >
      <FormField label={isMultiRegion ? 'Primary Region of the key' : 'Region of the key'}>
        <RegionSelect
          regions={session.regions.map(({ name }) => name)}
          region={region}
          onRegion={setRegion}
        />
      </FormField>
      <Checkbox
        checked={isMultiRegion}
        onChange={({ detail }) => setMultiRegion(detail.checked)}
        description="A user pool with a replica needs one. A key cannot become one later."
      >
        Multi-Region key
      </Checkbox>
      <DescriptionField value={description} onValue={setDescription} />
    </Change>
  )
}

export function ReplicateKey({
  primary,
  regions,
  onClose,
  onDone,
}: DialogProps & {
  readonly primary: KeyMetadata
  /** Where the key is not yet; at least one. */
  readonly regions: readonly string[]
}) {
  const [region, setRegion] = useState(regions[0] ?? '')
  const [description, setDescription] = useState(primary.Description ?? '')
  const input = {
    KeyId: primary.KeyId,
    ReplicaRegion: region,
    ...(description !== '' && { Description: description }),
  }
  return (
    <Change
      title="Replicate key"
      action="Replicate key"
      region={primary.MultiRegionConfiguration?.PrimaryKey.Region ?? ''}
      calls={[kms('ReplicateKey', input)]}
      isReady={region !== ''}
      done={`The key is in ${region}, too.`}
      onClose={onClose}
      onDone={onDone}
    >
      <FormField label="To Region">
        <RegionSelect regions={regions} region={region} onRegion={setRegion} />
      </FormField>
      <DescriptionField value={description} onValue={setDescription} />
      <p>
        The replica key begins with the default policy and no alias: policies, aliases and tags are
        those of a Region.
      </p>
    </Change>
  )
}

function DescriptionField({
  value,
  onValue,
}: {
  readonly value: string
  readonly onValue: (value: string) => void
}) {
  return (
    <FormField label="Description" description="Optional.">
      <Input value={value} onChange={({ detail }) => onValue(detail.value)} />
    </FormField>
  )
}
