// The month that a page of usage is about; it is in the address.
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import { useQueryChange } from '../../parts/list-pages.js'
import { useAddress } from '../../route.js'
import { monthsUntil, titleOfMonth } from './months.js'

const MONTHS = 13

/** The month, and those to choose from, the newest first. */
export function useMonth(): readonly [month: string, months: readonly string[]] {
  const months = monthsUntil(new Date(), MONTHS)
  const month = useAddress().query.get('month') ?? months[0] ?? ''
  return [month, months.includes(month) ? months : [month, ...months]]
}

export function MonthSelect() {
  const [month, months] = useMonth()
  const change = useQueryChange()
  return (
    <FormField label="Month">
      <Select
        selectedOption={{ value: month, label: titleOfMonth(month) }}
        options={months.map((value) => ({ value, label: titleOfMonth(value) }))}
        onChange={({ detail }) => change({ month: detail.selectedOption.value })}
      />
    </FormField>
  )
}
