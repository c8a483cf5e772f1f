// Operations of the API that are not implemented yet. They get the same checks of caller, input and
// place as all others before they return NotImplementedException, so what those checks need is
// said here: `auth` and `region`, as an operation's own file says it. An operation that is
// implemented moves out of here.
// Cognito: developer guide, "API operation authorization models" and the operation lists of user
// pool multi-Region replication, 2026-06.
import type { Region } from '#domain/replica/gate.js'
import type { Auth } from './context.js'
import type { UnimplementedOperation } from './operation.js'

const ROWS: readonly (readonly [auth: Auth, region: Region, names: string])[] = [
  [
    'iam',
    'primary',
    'AdminDisableProviderForUser ' +
      'AdminLinkProviderForUser ' +
      'CreateIdentityProvider CreateManagedLoginBranding CreateTerms ' +
      'DeleteIdentityProvider DeleteManagedLoginBranding DeleteTerms ' +
      'DescribeTermsByClient SetUICustomization ' +
      'UpdateIdentityProvider UpdateManagedLoginBranding UpdateTerms',
  ],
  [
    'iam',
    'any',
    'DescribeIdentityProvider ' +
      'DescribeManagedLoginBranding DescribeManagedLoginBrandingByClient ' +
      'DescribeTerms ' +
      'GetUICustomization ListIdentityProviders ListTerms',
  ],
  ['iam', 'regional', 'UpdateUserPoolDomain'],
  ['iam', 'active', 'GetIdentityProviderByIdentifier'],
]

/** By name. */
export const unimplementedOperations: Readonly<Record<string, UnimplementedOperation>> =
  Object.fromEntries(
    ROWS.flatMap(([auth, region, names]) =>
      names.split(' ').map((name) => [name, { name, auth, region, run: undefined }]),
    ),
  )
