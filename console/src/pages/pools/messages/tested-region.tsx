// The Region that a test is about, with a choice where there are several.
import FormField from '@cloudscape-design/components/form-field'
import { type ReactNode, useState } from 'react'
import type { PoolView } from '../../../api/pools.js'
import { RegionSelect } from '../../../parts/region-select.js'

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
  const other = regions.find((region) => region !== pool.PrimaryRegion)
  const [region, setRegion] = useState(other ?? regions[0] ?? pool.PrimaryRegion)
  const field = regions.length > 1 && (
    <FormField label="Region">
      <RegionSelect regions={regions} region={region} onRegion={setRegion} />
    </FormField>
  )
  return { region, field }
}
