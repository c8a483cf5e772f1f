// With what a user signs in besides the password: second factors and their preference, the
// authenticator app, and whether there are passkeys. Only users themselves see and delete the
// passkeys they have; administrators have no operation for them.
import Checkbox from '@cloudscape-design/components/checkbox'
import Container from '@cloudscape-design/components/container'
import FormField from '@cloudscape-design/components/form-field'
import Header from '@cloudscape-design/components/header'
import KeyValuePairs from '@cloudscape-design/components/key-value-pairs'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useState } from 'react'
import type { Call } from '../../../api/client.js'
import { type DescribedUser, ofPool } from '../../../api/cognito.js'
import { useCall } from '../../../api/use-calls.js'
import { ChangeButton, useAsk } from '../../../parts/ask.js'
import { Change } from '../../../parts/change.js'
import { LoadFailure } from '../../../parts/status.js'
import type { UserPartProps } from './user.js'

const METHODS = [
  { id: 'SMS_MFA', label: 'Text message', member: 'SMSMfaSettings' },
  { id: 'SOFTWARE_TOKEN_MFA', label: 'Authenticator app', member: 'SoftwareTokenMfaSettings' },
  { id: 'EMAIL_OTP', label: 'Email', member: 'EmailMfaSettings' },
] as const

function labelOf(method: string): string {
  return METHODS.find(({ id }) => id === method)?.label ?? method
}

interface Factors {
  readonly ConfiguredUserAuthFactors?: readonly string[]
}

export function UserFactors(part: UserPartProps) {
  const { pool, user, onChanged } = part
  const target = { Username: user.Username }
  const loaded = useCall<Factors | undefined>(
    pool.PrimaryRegion,
    pool.isPrimaryUp ? ofPool(pool, 'AdminGetUserAuthFactors', target) : undefined,
  )
  const { ask, dialog } = useAsk()
  const [isEditing, setEditing] = useState(false)
  const factors = loaded.data?.ConfiguredUserAuthFactors
  const { UserMFASettingList: enabled = [], PreferredMfaSetting: preferred } = user

  function removeApp() {
    ask({
      title: `Remove the authenticator app of ${user.Username}`,
      action: 'Remove authenticator app',
      typed: user.Username,
      region: pool.PrimaryRegion,
      calls: [ofPool(pool, 'AdminDeleteSoftwareToken', target)],
      done: 'The authenticator app was removed.',
      onDone: () => Promise.all([onChanged(), loaded.reload()]),
      children: 'Codes of the app are not accepted any more. The user can set one up again.',
    })
  }

  return (
    <Container
      header={
        <Header
          variant="h2"
          actions={
            <SpaceBetween direction="horizontal" size="xs">
              <ChangeButton pool={pool} reason={appObstacle(factors)} onClick={removeApp}>
                Remove authenticator app
              </ChangeButton>
              <ChangeButton pool={pool} onClick={() => setEditing(true)}>
                Edit MFA
              </ChangeButton>
            </SpaceBetween>
          }
        >
          Sign-in factors
        </Header>
      }
    >
      <SpaceBetween size="s">
        <LoadFailure what="The factors of the user" of={loaded} />
        <KeyValuePairs
          columns={3}
          items={[
            { label: 'MFA methods', value: enabled.map(labelOf).join(', ') || 'None' },
            { label: 'Preferred', value: preferred === undefined ? '–' : labelOf(preferred) },
            { label: 'Can sign in with', value: factors?.join(', ') ?? pool.paused ?? '–' },
            { label: 'Passkeys', value: passkeysOf(factors) },
          ]}
        />
      </SpaceBetween>
      {dialog}
      {isEditing && <EditMfa {...part} onClose={() => setEditing(false)} />}
    </Container>
  )
}

function appObstacle(factors: readonly string[] | undefined): string | undefined {
  if (factors === undefined || factors.includes('SOFTWARE_TOKEN')) return undefined
  return 'The user has none.'
}

function passkeysOf(factors: readonly string[] | undefined): string {
  if (factors === undefined) return '–'
  return factors.includes('WEB_AUTHN') ? 'Yes; only the user can list and delete them' : 'None'
}

function callOf(
  { pool, user }: Pick<UserPartProps, 'pool' | 'user'>,
  enabled: readonly string[],
  preferred: string | undefined,
): Call {
  const before = preferenceOf(user)
  // A method that is not sent stays as it is.
  const changed = METHODS.filter(
    ({ id }) =>
      enabled.includes(id) !== before.enabled.includes(id) ||
      (id === preferred) !== (id === before.preferred),
  )
  const settings = changed.map(({ id, member }) => [
    member,
    { Enabled: enabled.includes(id), PreferredMfa: id === preferred },
  ])
  return ofPool(pool, 'AdminSetUserMFAPreference', {
    Username: user.Username,
    ...Object.fromEntries(settings),
  })
}

function preferenceOf(user: DescribedUser) {
  return { enabled: user.UserMFASettingList ?? [], preferred: user.PreferredMfaSetting }
}

function EditMfa({
  pool,
  user,
  onChanged,
  onClose,
}: UserPartProps & { readonly onClose: () => void }) {
  const [{ enabled, preferred }, setPreference] = useState(() => preferenceOf(user))

  function turn(id: string, isOn: boolean) {
    setPreference({
      enabled: isOn ? [...enabled, id] : enabled.filter((each) => each !== id),
      preferred: !isOn && preferred === id ? undefined : preferred,
    })
  }

  return (
    <Change
      title={`MFA of ${user.Username}`}
      action="Save MFA"
      region={pool.PrimaryRegion}
      calls={[callOf({ pool, user }, enabled, preferred)]}
      done="The MFA of the user was saved."
      onClose={onClose}
      onDone={onChanged}
    >
      <FormField label="Methods">
        {METHODS.map(({ id, label }) => (
          <Checkbox
            key={id}
            checked={enabled.includes(id)}
            onChange={({ detail }) => turn(id, detail.checked)}
          >
            {label}
          </Checkbox>
        ))}
      </FormField>
      <FormField label="Preferred">
        <Select
          selectedOption={{
            value: preferred ?? '',
            label: preferred ? labelOf(preferred) : 'None',
          }}
          options={[
            { value: '', label: 'None' },
            ...METHODS.filter(({ id }) => enabled.includes(id)).map(({ id, label }) => ({
              value: id,
              label,
            })),
          ]}
          onChange={({ detail }) =>
            setPreference({ enabled, preferred: detail.selectedOption.value || undefined })
          }
        />
      </FormField>
    </Change>
  )
}
