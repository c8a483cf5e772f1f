// The attributes of a user, which can be edited as far as the pool's schema allows.
import Box from '@cloudscape-design/components/box'
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Table from '@cloudscape-design/components/table'
import { useState } from 'react'
import { type Attribute, ofPool, type SchemaAttribute } from '../../../api/cognito.js'
import { ChangeButton, useAsk } from '../../../parts/ask.js'
import { Change } from '../../../parts/change.js'
import { AttributeValue, useSchema } from './attribute-value.js'
import type { UserPartProps } from './user.js'

/** Addresses, with the attribute that says whether the user has proved them. */
const VERIFIED: Readonly<Record<string, string>> = {
  email: 'email_verified',
  phone_number: 'phone_number_verified',
}

export function UserAttributes(part: UserPartProps) {
  const { pool, user, onChanged } = part
  const schema = useSchema(pool)
  const { ask, dialog } = useAsk()
  const [edited, setEdited] = useState<Attribute>()
  const target = { Username: user.Username }

  function remove(name: string) {
    ask({
      title: `Delete the attribute ${name}`,
      action: 'Delete attribute',
      typed: name,
      region: pool.PrimaryRegion,
      calls: [ofPool(pool, 'AdminDeleteUserAttributes', { ...target, UserAttributeNames: [name] })],
      done: `The attribute ${name} was deleted.`,
      onDone: onChanged,
      children: `The user ${user.Username} has no ${name} then.`,
    })
  }

  return (
    <>
      <Table
        items={user.UserAttributes}
        trackBy="Name"
        wrapLines
        empty={<Box>The user has no attributes.</Box>}
        header={
          <Header
            variant="h2"
            counter={`(${user.UserAttributes.length})`}
            actions={
              <ChangeButton pool={pool} onClick={() => setEdited({ Name: '' })}>
                Add attribute
              </ChangeButton>
            }
          >
            Attributes
          </Header>
        }
        columnDefinitions={[
          { id: 'name', header: 'Name', isRowHeader: true, cell: ({ Name }: Attribute) => Name },
          { id: 'value', header: 'Value', cell: ({ Value }: Attribute) => Value || '–' },
          {
            id: 'actions',
            header: 'Actions',
            cell: (attribute: Attribute) => (
              <SpaceBetween direction="horizontal" size="xs">
                <ChangeButton
                  pool={pool}
                  reason={obstacleOf(schema, attribute.Name, 'edit')}
                  ariaLabel={`Edit ${attribute.Name}`}
                  onClick={() => setEdited(attribute)}
                >
                  Edit
                </ChangeButton>
                <ChangeButton
                  pool={pool}
                  reason={obstacleOf(schema, attribute.Name, 'delete')}
                  ariaLabel={`Delete ${attribute.Name}`}
                  onClick={() => remove(attribute.Name)}
                >
                  Delete
                </ChangeButton>
              </SpaceBetween>
            ),
          },
        ]}
      />
      {dialog}
      {edited !== undefined && (
        <EditAttribute
          {...part}
          schema={schema}
          attribute={edited}
          onClose={() => setEdited(undefined)}
        />
      )}
    </>
  )
}

function obstacleOf(
  schema: readonly SchemaAttribute[],
  name: string,
  change: 'edit' | 'delete',
): string | undefined {
  if (schema.length === 0) return 'The schema of the user pool is not known.'
  const row = schema.find(({ Name }) => Name === name)
  if (row === undefined) return 'It is set by the service.'
  if (!row.Mutable) return 'It cannot be changed once it is set.'
  if (change === 'delete' && row.Required) return 'The user pool requires it.'
  return undefined
}

function EditAttribute({
  pool,
  user,
  schema,
  attribute,
  onChanged,
  onClose,
}: UserPartProps & {
  readonly schema: readonly SchemaAttribute[]
  /** The attribute as it is; one without a name for another. */
  readonly attribute: Attribute
  readonly onClose: () => void
}) {
  const isNew = attribute.Name === ''
  const [name, setName] = useState(attribute.Name)
  const [value, setValue] = useState(attribute.Value ?? '')
  const [isVerified, setVerified] = useState(false)
  const flag = VERIFIED[name]
  const proof = flag !== undefined && isVerified ? [{ Name: flag, Value: 'true' }] : []
  const lacking = schema.filter(
    ({ Name, Mutable }) => Mutable && !user.UserAttributes.some((each) => each.Name === Name),
  )
  const input = {
    Username: user.Username,
    UserAttributes: [{ Name: name, Value: value }, ...proof],
  }
  return (
    <Change
      title={isNew ? 'Add attribute' : `Edit ${name}`}
      action={isNew ? 'Add attribute' : 'Save attribute'}
      region={pool.PrimaryRegion}
      calls={[ofPool(pool, 'AdminUpdateUserAttributes', input)]}
      isReady={name !== '' && value !== ''}
      done={`The attribute ${name} was saved.`}
      onClose={onClose}
      onDone={onChanged}
    >
      {isNew && (
        <FormField label="Attribute">
          <Select
            filteringType="auto"
            placeholder="Choose an attribute"
            selectedOption={name === '' ? null : { value: name, label: name }}
            options={lacking.map(({ Name }) => ({ value: Name, label: Name }))}
            onChange={({ detail }) => {
              setName(detail.selectedOption.value ?? '')
              setValue('')
            }}
          />
        </FormField>
      )}
      <FormField label="Value">
        <AttributeValue
          type={schema.find(({ Name }) => Name === name)?.AttributeDataType}
          value={value}
          onChange={setValue}
        />
      </FormField>
      {flag !== undefined && (
        <Checkbox checked={isVerified} onChange={({ detail }) => setVerified(detail.checked)}>
          Count it as verified; otherwise the user has to prove it
        </Checkbox>
      )}
    </Change>
  )
}
