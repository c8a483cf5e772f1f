// The search for users: the filter is in the address, so that it can be sent to somebody and a
// reload keeps it.
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Grid from '@cloudscape-design/components/grid'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type FormEvent, useState } from 'react'
import {
  FILTER_ATTRIBUTES,
  type Filter,
  type FilterAttribute,
  isFilterAttribute,
} from '#domain/user/filter.js'
import { useQueryChange } from '../../../parts/list-pages.js'
import { useAddress } from '../../../route.js'

const LABELS: Readonly<Record<FilterAttribute, string>> = {
  username: 'User name',
  email: 'Email',
  phone_number: 'Phone number',
  name: 'Name',
  given_name: 'Given name',
  family_name: 'Family name',
  preferred_username: 'Preferred user name',
  'cognito:user_status': 'Status',
  status: 'Sign-in (enabled or disabled)',
  sub: 'Sub',
}

/** Attributes that have few values, which are chosen. */
const VALUES: Readonly<Partial<Record<FilterAttribute, readonly string[]>>> = {
  'cognito:user_status': [
    'CONFIRMED',
    'UNCONFIRMED',
    'FORCE_CHANGE_PASSWORD',
    'RESET_REQUIRED',
    'EXTERNAL_PROVIDER',
  ],
  status: ['Enabled', 'Disabled'],
}

const MATCHES = [
  { value: 'prefix', label: 'begins with' },
  { value: 'exact', label: 'is exactly' },
]

function filterOf(query: URLSearchParams): Filter {
  const by = query.get('by') ?? ''
  return {
    attribute: isFilterAttribute(by) ? by : 'username',
    match: query.get('match') === 'exact' ? 'exact' : 'prefix',
    value: query.get('for') ?? '',
  }
}

/** The filter that the address names; undefined for all users. */
export function useSearch(): Filter | undefined {
  const filter = filterOf(useAddress().query)
  return filter.value === '' ? undefined : filter
}

export function Search() {
  const filter = filterOf(useAddress().query)
  return <SearchForm key={JSON.stringify(filter)} filter={filter} />
}

function SearchForm({ filter }: { readonly filter: Filter }) {
  const change = useQueryChange()
  const [{ attribute, match, value }, setFilter] = useState(filter)

  function submit(event: FormEvent) {
    event.preventDefault()
    const isAll = value === ''
    change({
      by: isAll ? undefined : attribute,
      match: isAll ? undefined : match,
      for: isAll ? undefined : value,
      after: undefined,
    })
  }

  return (
    <form onSubmit={submit}>
      <SpaceBetween size="s">
        <Grid gridDefinition={[COLUMN, COLUMN, COLUMN]}>
          <FormField label="Find users whose">
            <Select
              selectedOption={{ value: attribute, label: LABELS[attribute] }}
              options={FILTER_ATTRIBUTES.map((name) => ({ value: name, label: LABELS[name] }))}
              onChange={({ detail }) => setFilter(changed(detail.selectedOption.value, match))}
            />
          </FormField>
          <FormField label="Match">
            <Select
              disabled={VALUES[attribute] !== undefined}
              selectedOption={MATCHES.find((each) => each.value === match) ?? null}
              options={MATCHES}
              onChange={({ detail }) =>
                setFilter({
                  attribute,
                  match: detail.selectedOption.value === 'exact' ? 'exact' : 'prefix',
                  value,
                })
              }
            />
          </FormField>
          <FormField label="Value">
            <Value
              attribute={attribute}
              value={value}
              onChange={(text) => setFilter({ attribute, match, value: text })}
            />
          </FormField>
        </Grid>
        <SpaceBetween direction="horizontal" size="xs">
          <Button formAction="submit" iconName="search">
            Search
          </Button>
          <Button
            formAction="none"
            variant="link"
            disabled={filter.value === ''}
            onClick={() =>
              change({ by: undefined, match: undefined, for: undefined, after: undefined })
            }
          >
            Show all users
          </Button>
        </SpaceBetween>
      </SpaceBetween>
    </form>
  )
}

const COLUMN = { colspan: { default: 12, xs: 4 } }

/** The search by another attribute; one with few values begins with the first of them. */
function changed(name: string | undefined, match: Filter['match']): Filter {
  const attribute = isFilterAttribute(name ?? '') ? (name as FilterAttribute) : 'username'
  const [first] = VALUES[attribute] ?? []
  return { attribute, match: first === undefined ? match : 'exact', value: first ?? '' }
}

function Value({
  attribute,
  value,
  onChange,
}: {
  readonly attribute: FilterAttribute
  readonly value: string
  readonly onChange: (value: string) => void
}) {
  const values = VALUES[attribute]
  if (values === undefined) {
    return (
      <Input
        type="search"
        spellcheck={false}
        value={value}
        onChange={({ detail }) => onChange(detail.value)}
      />
    )
  }
  return (
    <Select
      selectedOption={{ value, label: value }}
      options={values.map((each) => ({ value: each, label: each }))}
      onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
    />
  )
}
