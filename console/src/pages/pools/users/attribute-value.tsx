// The attributes that users of a pool may have, and the field in which a value of one is entered.
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import { type DescribedPool, ofPool, type SchemaAttribute } from '../../../api/cognito.js'
import type { PoolView } from '../../../api/pools.js'
import { usePoolCall } from '../../../api/use-calls.js'

/** The service's own, which nobody sets. */
const OWN = new Set(['sub', 'identities'])

/** The attributes that an administrator may set, by name; none until they are loaded. */
export function useSchema(pool: PoolView): readonly SchemaAttribute[] {
  const { data } = usePoolCall<{ readonly UserPool: DescribedPool }>(
    pool,
    ofPool(pool, 'DescribeUserPool'),
  )
  return (data?.UserPool.SchemaAttributes ?? [])
    .filter(({ Name }) => !OWN.has(Name))
    .toSorted((a, b) => a.Name.localeCompare(b.Name))
}

const FLAGS = ['true', 'false'].map((value) => ({ value, label: value }))

export function AttributeValue({
  type,
  value,
  onChange,
  ariaLabel,
}: {
  readonly type: SchemaAttribute['AttributeDataType'] | undefined
  readonly value: string
  readonly onChange: (value: string) => void
  readonly ariaLabel?: string
}) {
  const label = ariaLabel === undefined ? {} : { ariaLabel }
  if (type === 'Boolean') {
    return (
      <Select
        {...label}
        placeholder="true or false"
        selectedOption={FLAGS.find((flag) => flag.value === value) ?? null}
        options={FLAGS}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? '')}
      />
    )
  }
  return (
    <Input
      {...label}
      inputMode={type === 'Number' ? 'numeric' : 'text'}
      spellcheck={false}
      value={value}
      onChange={({ detail }) => onChange(detail.value)}
    />
  )
}
