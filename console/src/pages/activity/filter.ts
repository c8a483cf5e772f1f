// What the list of the activity can be filtered by. The filter is in the address, so that a link
// to the page shows the same.
import type { PropertyFilterProps } from '@cloudscape-design/components/property-filter'
import type { ActivityRow } from './entries.js'

export type FilterKey = Extract<
  keyof ActivityRow,
  'operation' | 'caller' | 'region' | 'result' | 'event' | 'subject' | 'sourceIp' | 'at'
>

const property = (key: FilterKey, label: string, values: string) => ({
  key,
  propertyLabel: label,
  groupValuesLabel: values,
  operators: ['=', '!=', ':', '!:'] as const,
})

export const FILTERING_PROPERTIES = [
  property('operation', 'What', 'Operations'),
  property('caller', 'Who', 'Access keys'),
  property('region', 'Region', 'Regions'),
  property('result', 'Result', 'Results'),
  property('event', 'Event', 'Events'),
  property('subject', 'On what', 'User pools and keys'),
  property('sourceIp', 'From', 'Addresses'),
]

type Query = PropertyFilterProps.Query

const NONE: Query = { tokens: [], operation: 'and' }

/** The filter that a text in an address means; none for what is no filter. */
export function queryOf(text: string | null): Query {
  if (text === null) return NONE
  try {
    const { tokens, operation } = JSON.parse(text) as Partial<Query>
    if (!Array.isArray(tokens) || !tokens.every(isToken)) return NONE
    return { tokens, operation: operation === 'or' ? 'or' : 'and' }
  } catch {
    return NONE
  }
}

function isToken(token: unknown): token is PropertyFilterProps.Token {
  const { operator, value, propertyKey } = (token ?? {}) as Partial<PropertyFilterProps.Token>
  const isKnown =
    propertyKey === undefined || FILTERING_PROPERTIES.some(({ key }) => key === propertyKey)
  return isKnown && typeof operator === 'string' && typeof value === 'string'
}

/** Where the filter is in the address. */
export function textOf({ tokens, operation }: Query): string | undefined {
  return tokens.length === 0 ? undefined : JSON.stringify({ tokens, operation })
}
