// How users of a pool sign in and up, its plan and what protects it.
import SpaceBetween from '@cloudscape-design/components/space-between'
import Spinner from '@cloudscape-design/components/spinner'
import type { Structure } from '#domain/settings/resent.js'
import { ofPool } from '../../api/cognito.js'
import type { PoolView } from '../../api/pools.js'
import { useSession } from '../../api/session.js'
import { type Loaded, usePoolCall } from '../../api/use-calls.js'
import type { Field } from '../../parts/field.js'
import { Settings } from '../../parts/settings.js'
import { LoadFailure } from '../../parts/status.js'
import { poolUpdate, useDescribedPool, useReadPool } from './pool-calls.js'
import { MFA, mfaInput } from './sign-in-settings/mfa-fields.js'
import {
  ACCOUNTS,
  FIRST_FACTORS,
  PASSWORDS,
  PLAN,
  THREATS,
} from './sign-in-settings/sign-in-fields.js'

interface Group {
  readonly title: string
  readonly fields: readonly Field[]
  readonly description?: string
}

const BEFORE_MFA: readonly Group[] = [
  { title: 'Passwords', fields: PASSWORDS, description: 'What a new password must have.' },
  { title: 'First factors', fields: FIRST_FACTORS },
]
const AFTER_MFA: readonly Group[] = [
  { title: 'Sign-up, recovery and devices', fields: ACCOUNTS },
  { title: 'Plan and protection', fields: PLAN },
  {
    title: 'Threat protection',
    fields: THREATS,
    description: 'Needs the plan Plus.',
  },
]

export function SignInTab({ pool }: { readonly pool: PoolView; readonly rest: readonly string[] }) {
  const { call } = useSession()
  const loaded = useDescribedPool(pool)
  const mfa = usePoolCall<Structure>(pool, ofPool(pool, 'GetUserPoolMfaConfig'))
  return (
    <SpaceBetween size="l">
      <LoadFailure what="The settings" of={loaded} />
      {loaded.data === undefined && loaded.isLoading && <Spinner />}
      <PoolGroups pool={pool} loaded={loaded} groups={BEFORE_MFA} />
      <LoadFailure what="Multi-factor settings" of={mfa} />
      {mfa.data !== undefined && (
        <Settings
          title="Multi-factor authentication and passkeys"
          fields={MFA}
          values={mfa.data}
          region={pool.PrimaryRegion}
          paused={pool.paused}
          reload={mfa.reload}
          read={() => call(pool.PrimaryRegion, ofPool(pool, 'GetUserPoolMfaConfig'))}
          callsOf={(values, changes) => [
            ofPool(pool, 'SetUserPoolMfaConfig', mfaInput(values, changes)),
          ]}
        />
      )}
      <PoolGroups pool={pool} loaded={loaded} groups={AFTER_MFA} />
    </SpaceBetween>
  )
}

function PoolGroups({
  pool,
  loaded,
  groups,
}: {
  readonly pool: PoolView
  readonly loaded: Loaded<Structure>
  readonly groups: readonly Group[]
}) {
  const { data, reload } = loaded
  const read = useReadPool(pool)
  if (data === undefined) return null
  return (
    <SpaceBetween size="l">
      {groups.map((group) => (
        <Settings
          key={group.title}
          {...group}
          values={data}
          region={pool.PrimaryRegion}
          paused={pool.paused}
          reload={reload}
          read={read}
          callsOf={(values, changes) => [poolUpdate(pool, values, changes)]}
        />
      ))}
    </SpaceBetween>
  )
}
