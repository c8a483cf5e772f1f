// The form of a new domain. Which Region it is created in decides who serves it.
import Alert from '@cloudscape-design/components/alert'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import { useState } from 'react'
import { ofPool } from '../../../api/cognito.js'
import type { PoolView } from '../../../api/pools.js'
import { useRegionTitle } from '../../../api/session.js'
import { Change } from '../../../parts/change.js'

export function CreateDomain({
  pool,
  reasonOf,
  onClose,
  onDone,
}: {
  readonly pool: PoolView
  /** Why a Region cannot be chosen. */
  readonly reasonOf: (region: string) => string | undefined
  readonly onClose: () => void
  readonly onDone: () => Promise<void>
}) {
  const titleOf = useRegionTitle()
  const [domain, setDomain] = useState('')
  const [region, setRegion] = useState(pool.isPrimaryUp ? pool.PrimaryRegion : pool.readRegion)
  const options = pool.RegionNames.map((name) => {
    const reason = reasonOf(name)
    return {
      value: name,
      label: titleOf(name),
      description:
        name === pool.PrimaryRegion ? 'Primary: served by all Regions' : 'Served here alone',
      ...(reason !== undefined && { disabled: true, disabledReason: reason }),
    }
  })
  const Domain = domain.trim()
  return (
    <Change
      title="Create domain"
      action="Create domain"
      region={region}
      calls={[ofPool(pool, 'CreateUserPoolDomain', { Domain })]}
      isReady={Domain !== ''}
      done={`The domain ${Domain} was created.`}
      onClose={onClose}
      onDone={onDone}
    >
      <FormField
        label="Prefix"
        description="Small letters, digits and hyphens; not aws, amazon or cognito."
      >
        <Input
          value={domain}
          spellcheck={false}
          placeholder="people"
          onChange={({ detail }) => setDomain(detail.value)}
        />
      </FormField>
      {options.length > 1 && (
        <FormField label="Region">
          <Select
            selectedOption={options.find(({ value }) => value === region) ?? null}
            options={options}
            onChange={({ detail }) => setRegion(detail.selectedOption.value ?? region)}
          />
        </FormField>
      )}
      {region !== pool.PrimaryRegion && (
        <Alert type="info">
          {pool.PrimaryRegion} does not serve this domain. For failover, create one in the primary
          Region: every Region serves that.
        </Alert>
      )}
    </Change>
  )
}
