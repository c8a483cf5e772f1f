// The form of a group, to create one or to edit one.
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import type { Members } from '../../api/client.js'
import { type Group, ofPool } from '../../api/cognito.js'
import type { PoolView } from '../../api/pools.js'
import { Change } from '../../parts/change.js'

interface Draft {
  readonly name: string
  readonly description: string
  readonly roleArn: string
  readonly precedence: string
}

function draftOf(group: Group | undefined): Draft {
  return {
    name: group?.GroupName ?? '',
    description: group?.Description ?? '',
    roleArn: group?.RoleArn ?? '',
    precedence: group?.Precedence?.toString() ?? '',
  }
}

/** What was changed: the rest may be another than it was when it was shown. */
function inputOf({ name, description, roleArn, precedence }: Draft, before: Draft): Members {
  const role = roleArn.trim()
  return {
    GroupName: name.trim(),
    ...(description !== before.description && { Description: description }),
    ...(role !== '' && role !== before.roleArn && { RoleArn: role }),
    ...(precedence !== '' &&
      precedence !== before.precedence && { Precedence: Number(precedence) }),
  }
}

/** What the API leaves as it is when it is not given, so that it cannot be taken away. */
const STAYS = 'Once it is set, it can be replaced but not removed.'

export function GroupForm({
  pool,
  group,
  onClose,
  onDone,
}: {
  readonly pool: PoolView
  /** The group to edit; absent for another. */
  readonly group?: Group
  readonly onClose: () => void
  readonly onDone: () => unknown
}) {
  const [before] = useState(() => draftOf(group))
  const [draft, setDraft] = useState(before)
  const set = (changes: Partial<Draft>) => setDraft((last) => ({ ...last, ...changes }))
  const isNew = group === undefined
  const name = draft.name.trim()
  const isCount = /^\d*$/.test(draft.precedence)
  return (
    <Change
      title={isNew ? 'Create group' : `Edit ${name}`}
      action={isNew ? 'Create group' : 'Save group'}
      region={pool.PrimaryRegion}
      calls={[ofPool(pool, isNew ? 'CreateGroup' : 'UpdateGroup', inputOf(draft, before))]}
      isReady={name !== '' && isCount}
      done={`The group ${name} was ${isNew ? 'created' : 'saved'}.`}
      onClose={onClose}
      onDone={onDone}
    >
      {isNew && (
        <FormField label="Name">
          <Input
            spellcheck={false}
            value={draft.name}
            onChange={({ detail }) => set({ name: detail.value })}
          />
        </FormField>
      )}
      <FormField label="Description">
        <Textarea
          rows={2}
          value={draft.description}
          onChange={({ detail }) => set({ description: detail.value })}
        />
      </FormField>
      <FormField
        label="Precedence"
        description="The role of the group with the lowest number is the user's preferred role."
        constraintText={STAYS}
        errorText={!isCount && 'It is a whole number, such as 10.'}
      >
        <Input
          inputMode="numeric"
          value={draft.precedence}
          onChange={({ detail }) => set({ precedence: detail.value.trim() })}
        />
      </FormField>
      <FormField label="Role ARN" constraintText={STAYS}>
        <Input
          spellcheck={false}
          value={draft.roleArn}
          onChange={({ detail }) => set({ roleArn: detail.value })}
        />
      </FormField>
    </Change>
  )
}
