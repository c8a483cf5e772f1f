// What an administrator can do with a user.
import ButtonDropdown from '@cloudscape-design/components/button-dropdown'
import Checkbox from '@cloudscape-design/components/checkbox'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import { useState } from 'react'
import { type DescribedUser, ofPool } from '../../../api/cognito.js'
import { useAsk } from '../../../parts/ask.js'
import { Change } from '../../../parts/change.js'
import { goTo, hrefOf } from '../../../route.js'
import type { UserPartProps } from './user.js'

interface Action {
  readonly operation: string
  readonly text: string
  readonly says: string
  readonly done: string
  /** Whether it takes something from the user, so that the name is to be typed. */
  readonly isTaking?: boolean
  /** Why it makes no sense for the user; undefined when it does. */
  readonly obstacle?: (user: DescribedUser) => string | undefined
  readonly input?: Readonly<Record<string, unknown>>
}

const ACTIONS: readonly Action[] = [
  {
    operation: 'AdminConfirmSignUp',
    text: 'Confirm sign-up',
    says: 'The user can then sign in without the code of the sign-up.',
    done: 'The user was confirmed.',
    obstacle: ({ UserStatus }) =>
      UserStatus === 'UNCONFIRMED' ? undefined : 'Only for users who signed up.',
  },
  {
    operation: 'AdminCreateUser',
    text: 'Send invitation again',
    says: 'The user gets a new temporary password; the one before is void.',
    done: 'The invitation was sent again.',
    input: { MessageAction: 'RESEND' },
    obstacle: ({ UserStatus }) =>
      UserStatus === 'FORCE_CHANGE_PASSWORD'
        ? undefined
        : 'Only for users who were invited and have not signed in.',
  },
  {
    operation: 'AdminResetUserPassword',
    text: 'Reset password',
    says: 'The password is void at once, and the user gets a code to choose another.',
    done: 'The password was reset.',
    isTaking: true,
  },
  {
    operation: 'AdminUserGlobalSignOut',
    text: 'Sign out everywhere',
    says:
      'The sessions of the user end in every Region. Who checks tokens by their signature alone ' +
      'accepts those that were issued until they expire.',
    done: 'The user was signed out.',
    isTaking: true,
  },
  {
    operation: 'AdminEnableUser',
    text: 'Enable',
    says: 'The user can sign in again.',
    done: 'The user was enabled.',
    obstacle: ({ Enabled }) => (Enabled ? 'The user is enabled.' : undefined),
  },
  {
    operation: 'AdminDisableUser',
    text: 'Disable',
    says: 'The user cannot sign in any more, and the sessions of the user end.',
    done: 'The user was disabled.',
    isTaking: true,
    obstacle: ({ Enabled }) => (Enabled ? undefined : 'The user is disabled.'),
  },
]

const SET_PASSWORD = 'set-password'
const DELETE = 'delete'

export function UserActions({ pool, user, onChanged }: UserPartProps) {
  const { ask, dialog } = useAsk()
  const [isSetting, setSetting] = useState(false)
  const target = { Username: user.Username }
  const region = pool.PrimaryRegion

  function begin(id: string) {
    if (id === SET_PASSWORD) return setSetting(true)
    if (id === DELETE) {
      return ask({
        title: `Delete ${user.Username}`,
        action: 'Delete user',
        region,
        calls: [ofPool(pool, 'AdminDeleteUser', target)],
        done: `The user ${user.Username} was deleted.`,
        typed: user.Username,
        onDone: () => goTo(hrefOf('pools', pool.Id, 'users')),
        children: 'The user and all that is known of them is deleted. This cannot be undone.',
      })
    }
    const action = ACTIONS.find(({ operation }) => operation === id)
    if (action === undefined) return
    ask({
      title: `${action.text}: ${user.Username}`,
      action: action.text,
      region,
      calls: [ofPool(pool, action.operation, { ...target, ...action.input })],
      done: action.done,
      typed: action.isTaking ? user.Username : undefined,
      onDone: onChanged,
      children: action.says,
    })
  }

  const items = ACTIONS.map(({ operation, text, obstacle }) => ({
    id: operation,
    text,
    ...offBecause(obstacle?.(user)),
  }))
  return (
    <>
      <ButtonDropdown
        items={[
          ...items,
          { id: SET_PASSWORD, text: 'Set password' },
          { id: DELETE, text: 'Delete' },
        ]}
        {...offBecause(pool.paused)}
        expandToViewport
        onItemClick={({ detail }) => begin(detail.id)}
      >
        Actions
      </ButtonDropdown>
      {dialog}
      {isSetting && (
        <SetPassword {...{ pool, user, onChanged }} onClose={() => setSetting(false)} />
      )}
    </>
  )
}

function offBecause(reason: string | undefined) {
  return reason === undefined ? {} : { disabled: true, disabledReason: reason }
}

function SetPassword({
  pool,
  user,
  onChanged,
  onClose,
}: UserPartProps & { readonly onClose: () => void }) {
  const [Password, setPassword] = useState('')
  const [Permanent, setPermanent] = useState(false)
  const { Username } = user
  const input = { Username, Password, Permanent }
  return (
    <Change
      title={`Set the password of ${Username}`}
      action="Set password"
      region={pool.PrimaryRegion}
      calls={[ofPool(pool, 'AdminSetUserPassword', input)]}
      isReady={Password !== ''}
      done="The password was set."
      onClose={onClose}
      onDone={onChanged}
    >
      <FormField label="Password">
        <Input
          type="password"
          autoComplete="new-password"
          value={Password}
          onChange={({ detail }) => setPassword(detail.value)}
        />
      </FormField>
      <Checkbox checked={Permanent} onChange={({ detail }) => setPermanent(detail.checked)}>
        Permanent: the user need not choose another at the next sign-in
      </Checkbox>
    </Change>
  )
}
