// A group of settings: shown, with a dialog that changes them.
import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import Container from '@cloudscape-design/components/container'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useState } from 'react'
import type { Structure } from '#domain/settings/resent.js'
import type { Call } from '../api/client.js'
import { Change } from './change.js'
import { changed, type Field, shownFields, textOf } from './field.js'
import { FieldInputs } from './field-inputs.js'
import { disabledBy } from './paused.js'

export interface SettingsProps {
  readonly title: string
  readonly description?: string
  readonly fields: readonly Field[]
  /** As they are described. */
  readonly values: Structure
  /** Where they are changed. */
  readonly region: string
  /** The calls that make changes, new values by their paths, to these values. */
  readonly callsOf: (values: Structure, changes: Structure) => readonly Call[]
  /** Describes the values as they are at the moment. Throws CallError. */
  readonly read: () => Promise<Structure>
  /** Why they cannot be changed now. */
  readonly paused?: string | undefined
  /** What to know before a change. */
  readonly warning?: string | undefined
  /** Loads the values again. */
  readonly reload: () => Promise<void>
  readonly actions?: ReactNode
}

export function Settings(props: SettingsProps) {
  const { title, description, fields, values, paused, reload } = props
  const [isEditing, setEditing] = useState(false)
  return (
    <Container
      header={
        <Header
          variant="h2"
          description={description}
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              {props.actions}
              <Button
                ariaLabel={`Edit ${title}`}
                {...disabledBy(paused)}
                onClick={() => void reload().then(() => setEditing(true))}
              >
                Edit
              </Button>
            </SpaceBetween>
          }
        >
          {title}
        </Header>
      }
    >
      <KeyValuePairs
        columns={3}
        minColumnWidth={180}
        items={shownFields(fields, values).map((field) => ({
          label: field.label,
          value: <span className="lines">{textOf(field, values)}</span>,
        }))}
      />
      {isEditing && <EditSettings {...props} onClose={() => setEditing(false)} />}
    </Container>
  )
}

function EditSettings(props: SettingsProps & { readonly onClose: () => void }) {
  const { title, fields, values, region, callsOf, read, reload, onClose } = props
  const [changes, setChanges] = useState<Structure>({})
  return (
    <Change
      // Within a sentence; names such as "OAuth" stay as they are.
      title={`Edit ${title.replace(/^[A-Z](?=[a-z])/, (first) => first.toLowerCase())}`}
      action="Save changes"
      region={region}
      calls={callsOf(values, changes)}
      refreshed={async () => callsOf(await read(), changes)}
      isReady={Object.keys(changes).length > 0}
      done={`${title}: the changes were saved.`}
      onClose={onClose}
      onDone={reload}
    >
      {props.warning !== undefined && <Alert type="warning">{props.warning}</Alert>}
      <FieldInputs
        fields={fields}
        values={changed(values, changes)}
        onChange={(path, value) => setChanges((before) => ({ ...before, [path]: value }))}
      />
    </Change>
  )
}
