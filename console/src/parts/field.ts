// Settings as tables of fields, one for each member of a structure of the API: how a value reads,
// and with which input it is changed. Pages say what there is; `settings.tsx` shows and edits it.
import { orderedJson } from '#base/json.js'
import { type Structure, valueAt, withValueAt } from '#domain/settings/resent.js'
import { countOf } from './format.js'

export interface Choice {
  /** As the API has it, which may be a structure; undefined: the member is absent. */
  readonly value: unknown
  readonly label: string
  readonly hint?: string
}

interface FieldBase {
  /** Where the value is: `Policies.PasswordPolicy.MinimumLength`. */
  readonly path: string
  readonly label: string
  readonly hint?: string
  /** What is shown where there is no value. */
  readonly absent?: string
  /** Shown, and never changed: it was decided when the thing was created. */
  readonly isFixed?: boolean
  /** Whether the field means anything beside the other values. */
  readonly isShown?: (values: Structure) => boolean
}

export type Field = FieldBase &
  (
    | { readonly kind: 'text'; readonly placeholder?: string }
    | { readonly kind: 'multiline'; readonly placeholder?: string }
    | { readonly kind: 'number' }
    /** `isPresence`: on is a structure that is there, off one that is not. */
    | { readonly kind: 'flag'; readonly isPresence?: boolean; readonly isOnWhenAbsent?: boolean }
    | { readonly kind: 'choice'; readonly choices: readonly Choice[] }
    /** Several of some words. */
    | { readonly kind: 'choices'; readonly choices: readonly Choice[] }
    /** Any texts, one a line. */
    | { readonly kind: 'lines'; readonly placeholder?: string }
  )

/** The fields that mean something beside the values. */
export function shownFields(fields: readonly Field[], values: Structure): readonly Field[] {
  return fields.filter(({ isShown }) => isShown?.(values) ?? true)
}

/** A structure with changes, which are new values by their paths. */
export function changed(values: Structure, changes: Structure): Structure {
  return Object.entries(changes).reduce<Structure>(
    (all, [path, value]) => withValueAt(all, path, value),
    values,
  )
}

export function isOn(field: Field & { readonly kind: 'flag' }, value: unknown): boolean {
  if (field.isPresence) return value !== undefined
  return value === undefined ? (field.isOnWhenAbsent ?? false) : value === true
}

/** The choice that a value is; a value that no choice has stands for itself. */
export function choiceOf(choices: readonly Choice[], value: unknown): Choice {
  const key = keyOf(value)
  const found = choices.find((choice) => keyOf(choice.value) === key)
  return found ?? { value, label: typeof value === 'string' ? value : key }
}

/** The same text for equal values; a dash where there is none. */
export function keyOf(value: unknown): string {
  return value === undefined ? '–' : orderedJson(value)
}

export function listOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

/** How the value of a field reads. */
export function textOf(field: Field, values: Structure): string {
  const value = valueAt(values, field.path)
  if (field.kind === 'flag') return isOn(field, value) ? 'Yes' : 'No'
  if (field.kind === 'choice') return choiceOf(field.choices, value).label
  if (value === undefined || value === '') return field.absent ?? '–'
  if (field.kind === 'number') return countOf(value)
  if (field.kind === 'text') return String(value)
  if (field.kind === 'multiline') return String(value)
  const words = listOf(value)
  if (words.length === 0) return field.absent ?? '–'
  if (field.kind === 'lines') return words.join('\n')
  return words.map((word) => choiceOf(field.choices, word).label).join('\n')
}
