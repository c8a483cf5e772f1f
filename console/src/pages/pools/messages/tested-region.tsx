// The Region that a test is about, with a choice where there are several.
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import { type ReactNode, useState } from 'react'
import type { PoolView } from '../../../api/pools.js'
import { useRegionTitle } from '../../../api/session.js'

export interface TestProps {
  readonly pool: PoolView
  /** Those that can be tried. */
  readonly regions: readonly string[]
  readonly onClose: () => void
}

/** The Region, and the field to choose it; first not the primary, which is tried every day. */
export function useTestedRegion({ pool, regions }: TestProps): {
  readonly region: string
  readonly field: ReactNode
} {
  const titleOf = useRegionTitle()
  const other = regions.find((region) => region !== pool.PrimaryRegion)
  const [region, setRegion] = useState(other ?? regions[0] ?? pool.PrimaryRegion)
  const field = regions.length > 1 && (
    <FormField label="Region">
      <Select
        selectedOption={{ value: region, label: titleOf(region) }}
        options={regions.map((name) => ({ value: name, label: titleOf(name) }))}
        onChange={({ detail }) => setRegion(detail.selectedOption.value ?? region)}
      />
    </FormField>
  )
  return { region, field }
}
