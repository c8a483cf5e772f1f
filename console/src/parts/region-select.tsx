// A choice of one Region.
import Select from '@cloudscape-design/components/select'
import { useRegionTitle } from '../api/session.js'

export function RegionSelect({
  regions,
  region,
  onRegion,
}: {
  readonly regions: readonly string[]
  /** Undefined: none can be chosen. */
  readonly region: string | undefined
  readonly onRegion: (region: string) => void
}) {
  const titleOf = useRegionTitle()
  const optionOf = (name: string) => ({ value: name, label: titleOf(name) })
  return (
    <Select
      selectedOption={region === undefined ? null : optionOf(region)}
      options={regions.map(optionOf)}
      onChange={({ detail }) => {
        const { value } = detail.selectedOption
        if (value !== undefined) onRegion(value)
      }}
    />
  )
}
