// The inputs of a table of fields.
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { type Structure, valueAt } from '#domain/settings/resent.js'
import { type Choice, choiceOf, type Field, isOn, keyOf, listOf, shownFields } from './field.js'

export function FieldInputs({
  fields,
  values,
  onChange,
}: {
  readonly fields: readonly Field[]
  readonly values: Structure
  /** Undefined: the member is to be absent. */
  readonly onChange: (path: string, value: unknown) => void
}) {
  const shown = shownFields(fields, values).filter(({ isFixed }) => !isFixed)
  return (
    <SpaceBetween size="l">
      {shown.map((field) => (
        <FieldInput
          key={field.path}
          field={field}
          value={valueAt(values, field.path)}
          onChange={(value) => onChange(field.path, value)}
        />
      ))}
    </SpaceBetween>
  )
}

interface InputProps<Kind extends Field['kind']> {
  readonly field: Field & { readonly kind: Kind }
  readonly value: unknown
  readonly onChange: (value: unknown) => void
}

function FieldInput({ field, value, onChange }: InputProps<Field['kind']>) {
  if (field.kind === 'flag') {
    return <FlagInput field={field} value={value} onChange={onChange} />
  }
  return (
    <FormField label={field.label} description={field.hint}>
      {field.kind === 'choice' ? (
        <ChoiceInput field={field} value={value} onChange={onChange} />
      ) : field.kind === 'choices' ? (
        <ChoicesInput field={field} value={value} onChange={onChange} />
      ) : field.kind === 'lines' ? (
        <LinesInput field={field} value={value} onChange={onChange} />
      ) : (
        <TextInput field={field} value={value} onChange={onChange} />
      )}
    </FormField>
  )
}

function FlagInput({ field, value, onChange }: InputProps<'flag'>) {
  // What a structure said before it was switched off comes back with it.
  const [before] = useState(value)
  const valueFor = (checked: boolean) => {
    if (field.isPresence) return checked ? (before ?? {}) : undefined
    return checked
  }
  return (
    <Checkbox
      checked={isOn(field, value)}
      description={field.hint}
      onChange={({ detail }) => onChange(valueFor(detail.checked))}
    >
      {field.label}
    </Checkbox>
  )
}

function ChoiceInput({ field, value, onChange }: InputProps<'choice'>) {
  const selected = choiceOf(field.choices, value)
  const choices = field.choices.includes(selected) ? field.choices : [selected, ...field.choices]
  return (
    <Select
      selectedOption={optionOf(selected)}
      options={choices.map(optionOf)}
      onChange={({ detail }) => {
        const chosen = choices.find(({ value: one }) => keyOf(one) === detail.selectedOption.value)
        if (chosen !== undefined) onChange(chosen.value)
      }}
    />
  )
}

function optionOf({ value, label, hint }: Choice) {
  return { value: keyOf(value), label, ...(hint !== undefined && { description: hint }) }
}

function ChoicesInput({ field, value, onChange }: InputProps<'choices'>) {
  const chosen = listOf(value)
  const known = field.choices.map((choice) => String(choice.value))
  const others = chosen.filter((word) => !known.includes(word))
  return (
    <SpaceBetween size="xxs">
      {[...known, ...others].map((word) => (
        <Checkbox
          key={word}
          checked={chosen.includes(word)}
          description={choiceOf(field.choices, word).hint}
          onChange={({ detail }) =>
            onChange(
              detail.checked ? [...chosen, word] : chosen.filter((another) => another !== word),
            )
          }
        >
          {known.includes(word) ? choiceOf(field.choices, word).label : word}
        </Checkbox>
      ))}
    </SpaceBetween>
  )
}

function LinesInput({ field, value, onChange }: InputProps<'lines'>) {
  // As typed: a line that is not finished is no value yet.
  const [text, setText] = useState(() => listOf(value).join('\n'))
  return (
    <Textarea
      rows={Math.min(8, Math.max(3, text.split('\n').length))}
      spellcheck={false}
      value={text}
      {...(field.placeholder !== undefined && { placeholder: field.placeholder })}
      onChange={({ detail }) => {
        setText(detail.value)
        const lines = detail.value.split('\n').map((line) => line.trim())
        onChange(lines.filter((line) => line !== ''))
      }}
    />
  )
}

function TextInput({ field, value, onChange }: InputProps<'text' | 'multiline' | 'number'>) {
  const text = value === undefined ? '' : String(value)
  const given = (entered: string) => (entered === '' ? undefined : entered)
  if (field.kind === 'multiline') {
    return (
      <Textarea
        rows={4}
        value={text}
        {...(field.placeholder !== undefined && { placeholder: field.placeholder })}
        onChange={({ detail }) => onChange(given(detail.value))}
      />
    )
  }
  if (field.kind === 'number') {
    return (
      <Input
        inputMode="numeric"
        value={text}
        // What is no whole number is not entered: the API would cut it off.
        onChange={({ detail }) => {
          if (/^\d*$/.test(detail.value)) onChange(given(detail.value) && Number(detail.value))
        }}
      />
    )
  }
  return (
    <Input
      value={text}
      spellcheck={false}
      autoComplete={false}
      {...(field.placeholder !== undefined && { placeholder: field.placeholder })}
      onChange={({ detail }) => onChange(given(detail.value))}
    />
  )
}
