// The creation of a user by an administrator: the name, a temporary password or none, attributes,
// and whether an invitation is sent.
import AttributeEditor from '@cloudscape-design/components/attribute-editor'
import Box from '@cloudscape-design/components/box'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import RadioGroup from '@cloudscape-design/components/radio-group'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import type { Call } from '../../../api/client.js'
import { type Attribute, ofPool, type SchemaAttribute, type UserRow } from '../../../api/cognito.js'
import type { PoolView } from '../../../api/pools.js'
import { Change } from '../../../parts/change.js'
import { AttributeValue, useSchema } from './attribute-value.js'

interface Draft {
  readonly username: string
  readonly password: 'none' | 'temporary'
  readonly text: string
  readonly invitation: 'EMAIL' | 'SMS' | 'SUPPRESS'
  readonly attributes: readonly Attribute[]
}

const EMPTY: Draft = {
  username: '',
  password: 'none',
  text: '',
  invitation: 'SUPPRESS',
  attributes: [],
}

function callOf(pool: PoolView, draft: Draft): Call {
  const attributes = draft.attributes.filter(({ Name }) => Name !== '')
  return ofPool(pool, 'AdminCreateUser', {
    Username: draft.username.trim(),
    ...(draft.password === 'temporary' && { TemporaryPassword: draft.text }),
    ...(attributes.length > 0 && { UserAttributes: attributes }),
    ...(draft.invitation === 'SUPPRESS'
      ? { MessageAction: 'SUPPRESS' }
      : { DesiredDeliveryMediums: [draft.invitation] }),
  })
}

export function CreateUser({
  pool,
  onClose,
  onDone,
}: {
  readonly pool: PoolView
  readonly onClose: () => void
  readonly onDone: (username: string) => void
}) {
  const [draft, setDraft] = useState(EMPTY)
  const set = (changes: Partial<Draft>) => setDraft((before) => ({ ...before, ...changes }))
  const isReady = draft.username.trim() !== '' && (draft.password === 'none' || draft.text !== '')
  return (
    <Change
      title="Create user"
      action="Create user"
      region={pool.PrimaryRegion}
      calls={[callOf(pool, draft)]}
      isReady={isReady}
      done={`The user ${draft.username.trim()} was created.`}
      onClose={onClose}
      onDone={(output) => onDone((output as { readonly User: UserRow }).User.Username)}
    >
      <FormField
        label="User name"
        description="An email address or a phone number where the user pool signs in with those."
      >
        <Input
          autoComplete={false}
          spellcheck={false}
          value={draft.username}
          onChange={({ detail }) => set({ username: detail.value })}
        />
      </FormField>
      <Password draft={draft} set={set} />
      <FormField label="Invitation">
        <RadioGroup
          value={draft.invitation}
          items={INVITATIONS}
          onChange={({ detail }) => set({ invitation: detail.value as Draft['invitation'] })}
        />
      </FormField>
      <Attributes
        schema={useSchema(pool)}
        attributes={draft.attributes}
        onChange={(attributes) => set({ attributes })}
      />
    </Change>
  )
}

const INVITATIONS = [
  { value: 'SUPPRESS', label: 'Send nothing' },
  { value: 'EMAIL', label: 'Send by email', description: 'To the attribute email.' },
  { value: 'SMS', label: 'Send by text message', description: 'To the attribute phone_number.' },
]

const PASSWORDS = [
  {
    value: 'none',
    label: 'Set none',
    description:
      'One is made up for the invitation; where a code is enough to sign in, the user has none.',
  },
  {
    value: 'temporary',
    label: 'Set a temporary password',
    description: 'The user chooses another at the first sign-in.',
  },
]

function Password({
  draft,
  set,
}: {
  readonly draft: Draft
  readonly set: (changes: Partial<Draft>) => void
}) {
  return (
    <SpaceBetween size="s">
      <FormField label="Password">
        <RadioGroup
          value={draft.password}
          items={PASSWORDS}
          onChange={({ detail }) => set({ password: detail.value as Draft['password'], text: '' })}
        />
      </FormField>
      {draft.password === 'temporary' && (
        <FormField label="Temporary password">
          <Input
            type="password"
            autoComplete="new-password"
            value={draft.text}
            onChange={({ detail }) => set({ text: detail.value })}
          />
        </FormField>
      )}
    </SpaceBetween>
  )
}

function Attributes({
  schema,
  attributes,
  onChange,
}: {
  readonly schema: readonly SchemaAttribute[]
  readonly attributes: readonly Attribute[]
  readonly onChange: (attributes: readonly Attribute[]) => void
}) {
  const edit = (at: number, changes: Partial<Attribute>) =>
    onChange(attributes.map((each, index) => (index === at ? { ...each, ...changes } : each)))
  const typeOf = (name: string) => schema.find(({ Name }) => Name === name)?.AttributeDataType
  const required = schema.filter(({ Required }) => Required).map(({ Name }) => Name)
  return (
    <AttributeEditor
      items={attributes}
      addButtonText="Add attribute"
      removeButtonText="Remove"
      empty={<Box>No attributes.</Box>}
      additionalInfo={required.length > 0 && `Required: ${required.join(', ')}.`}
      onAddButtonClick={() => onChange([...attributes, { Name: '', Value: '' }])}
      onRemoveButtonClick={({ detail }) =>
        onChange(attributes.filter((_, index) => index !== detail.itemIndex))
      }
      definition={[
        {
          label: 'Attribute',
          control: ({ Name }: Attribute, at) => (
            <Select
              filteringType="auto"
              placeholder="Choose an attribute"
              selectedOption={Name === '' ? null : { value: Name, label: Name }}
              options={schema.map((each) => ({ value: each.Name, label: each.Name }))}
              onChange={({ detail }) =>
                edit(at, { Name: detail.selectedOption.value ?? '', Value: '' })
              }
            />
          ),
        },
        {
          label: 'Value',
          control: ({ Name, Value = '' }: Attribute, at) => (
            <AttributeValue
              type={typeOf(Name)}
              value={Value}
              onChange={(text) => edit(at, { Value: text })}
            />
          ),
        },
      ]}
    />
  )
}
