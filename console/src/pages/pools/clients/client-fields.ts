// The settings of an app client, by groups.
import { type Structure, valueAt } from '#domain/settings/resent.js'
import type { Choice, Field } from '../../../parts/field.js'

const FLOWS: readonly Choice[] = [
  { value: 'ALLOW_USER_SRP_AUTH', label: 'Password by SRP (ALLOW_USER_SRP_AUTH)' },
  { value: 'ALLOW_USER_PASSWORD_AUTH', label: 'Password as text (ALLOW_USER_PASSWORD_AUTH)' },
  { value: 'ALLOW_USER_AUTH', label: 'Choice of first factors (ALLOW_USER_AUTH)' },
  {
    value: 'ALLOW_ADMIN_USER_PASSWORD_AUTH',
    label: 'Password, from a server (ALLOW_ADMIN_USER_PASSWORD_AUTH)',
  },
  { value: 'ALLOW_CUSTOM_AUTH', label: 'Custom challenges (ALLOW_CUSTOM_AUTH)' },
  {
    value: 'ALLOW_REFRESH_TOKEN_AUTH',
    label: 'Refresh tokens (ALLOW_REFRESH_TOKEN_AUTH)',
    hint: 'Not together with rotation, which has GetTokensFromRefreshToken instead.',
  },
]

export const SIGN_IN: readonly Field[] = [
  { path: 'ClientName', label: 'Name', kind: 'text' },
  {
    path: 'ExplicitAuthFlows',
    label: 'Authentication flows',
    kind: 'choices',
    choices: FLOWS,
    absent: 'SRP, custom challenges and refresh tokens, as none is named',
  },
  {
    path: 'AuthSessionValidity',
    label: 'Time for a sign-in (minutes)',
    kind: 'number',
    hint: '3 to 15: between two steps of a sign-in.',
  },
  {
    path: 'PreventUserExistenceErrors',
    label: 'Unknown users',
    kind: 'choice',
    choices: [
      { value: 'ENABLED', label: 'Fail as a wrong password does (ENABLED)' },
      { value: 'LEGACY', label: 'Fail with UserNotFoundException (LEGACY)' },
      { value: undefined, label: 'Not set, which is as LEGACY' },
    ],
  },
]

const UNITS: readonly Choice[] = ['seconds', 'minutes', 'hours', 'days'].map((unit) => ({
  value: unit,
  label: unit,
}))

const unitOf = (member: string, label: string, unset: string): Field => ({
  path: `TokenValidityUnits.${member}`,
  label,
  kind: 'choice',
  choices: [{ value: undefined, label: `${unset}, as no unit is named` }, ...UNITS],
})

export const TOKENS: readonly Field[] = [
  { path: 'AccessTokenValidity', label: 'Access tokens live', kind: 'number', absent: '1' },
  unitOf('AccessToken', 'Unit of access tokens', 'hours'),
  { path: 'IdTokenValidity', label: 'ID tokens live', kind: 'number', absent: '1' },
  unitOf('IdToken', 'Unit of ID tokens', 'hours'),
  { path: 'RefreshTokenValidity', label: 'Refresh tokens live', kind: 'number', absent: '30' },
  unitOf('RefreshToken', 'Unit of refresh tokens', 'days'),
  {
    path: 'EnableTokenRevocation',
    label: 'Tokens can be revoked',
    kind: 'flag',
    isOnWhenAbsent: true,
  },
  {
    path: 'RefreshTokenRotation.Feature',
    label: 'Rotation of refresh tokens',
    kind: 'choice',
    hint: 'Each use gives a new refresh token. ALLOW_REFRESH_TOKEN_AUTH must be off.',
    choices: [
      { value: undefined, label: 'Not set, which is off' },
      { value: 'DISABLED', label: 'Off' },
      { value: 'ENABLED', label: 'On' },
    ],
  },
  {
    path: 'RefreshTokenRotation.RetryGracePeriodSeconds',
    label: 'Grace for the token before (seconds)',
    hint: '0 to 60: how long a client that lost the response may try again.',
    kind: 'number',
    isShown: (client) => valueAt(client, 'RefreshTokenRotation.Feature') === 'ENABLED',
  },
]

const isOauthOn = (client: Structure) => client['AllowedOAuthFlowsUserPoolClient'] === true

export const OAUTH: readonly Field[] = [
  {
    path: 'AllowedOAuthFlowsUserPoolClient',
    label: 'OAuth flows are allowed',
    kind: 'flag',
  },
  {
    path: 'AllowedOAuthFlows',
    label: 'Flows',
    kind: 'choices',
    isShown: isOauthOn,
    choices: [
      { value: 'code', label: 'Authorization code' },
      { value: 'implicit', label: 'Implicit' },
      {
        value: 'client_credentials',
        label: 'Client credentials',
        hint: 'For machines. It needs a secret, and excludes the other flows.',
      },
    ],
  },
  {
    path: 'AllowedOAuthScopes',
    label: 'Scopes',
    kind: 'lines',
    hint: 'One a line: openid, email, phone, profile, or a resource server and its scope.',
    placeholder: 'https://api.example.com/orders.read',
    isShown: isOauthOn,
  },
  { path: 'CallbackURLs', label: 'Callback URLs', kind: 'lines', isShown: isOauthOn },
  { path: 'LogoutURLs', label: 'Sign-out URLs', kind: 'lines', isShown: isOauthOn },
  {
    path: 'DefaultRedirectURI',
    label: 'Default redirect URI',
    kind: 'text',
    hint: 'One of the callback URLs.',
    isShown: isOauthOn,
  },
]

export const ATTRIBUTES: readonly Field[] = [
  {
    path: 'ReadAttributes',
    label: 'May read',
    kind: 'lines',
    hint: 'Names of attributes, one a line; none: all.',
    absent: 'All attributes',
  },
  {
    path: 'WriteAttributes',
    label: 'May write',
    kind: 'lines',
    hint: 'Names of attributes, one a line; none: all that are mutable.',
    absent: 'All mutable attributes',
  },
]

/** What a new client is asked for; the rest is on its page. */
export const NEW_CLIENT: readonly Field[] = [
  { path: 'ClientName', label: 'Name', kind: 'text' },
  {
    path: 'GenerateSecret',
    label: 'With a secret',
    kind: 'flag',
    hint: 'For servers, which can keep one; a page in a browser and an app cannot.',
  },
  {
    path: 'ExplicitAuthFlows',
    label: 'Authentication flows',
    kind: 'choices',
    choices: FLOWS,
  },
]
