// Which flows an app client may use (ExplicitAuthFlows). What must stay true: a flow that is not
// among the client's never reaches a password, and admin flows are for callers who signed.
import type { ClientSettings } from './settings.js'

/** How a machine gets its token (GetClientToken); no sign-in begins with it. */
export const CLIENT_TOKEN_AUTH = 'CLIENT_TOKEN_AUTH'

const FLOW_SETTINGS: ReadonlyMap<string, readonly string[]> = new Map([
  ['USER_PASSWORD_AUTH', ['ALLOW_USER_PASSWORD_AUTH', 'USER_PASSWORD_AUTH']],
  ['ADMIN_USER_PASSWORD_AUTH', ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH']],
  ['ADMIN_NO_SRP_AUTH', ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH']],
  ['USER_SRP_AUTH', ['ALLOW_USER_SRP_AUTH']],
  ['REFRESH_TOKEN_AUTH', ['ALLOW_REFRESH_TOKEN_AUTH']],
  ['REFRESH_TOKEN', ['ALLOW_REFRESH_TOKEN_AUTH']],
  ['CUSTOM_AUTH', ['ALLOW_CUSTOM_AUTH', 'CUSTOM_AUTH_FLOW_ONLY']],
  ['USER_AUTH', ['ALLOW_USER_AUTH']],
  [CLIENT_TOKEN_AUTH, ['ALLOW_CLIENT_TOKEN_AUTH']],
])

/** Whether the flow is one of the admin API's for others, or of the others' for the admin API. */
export function isFlowOfOtherSide(flow: string, isAdmin: boolean): boolean {
  const isAdminFlow = flow === 'ADMIN_USER_PASSWORD_AUTH' || flow === 'ADMIN_NO_SRP_AUTH'
  return isAdmin ? flow === 'USER_PASSWORD_AUTH' : isAdminFlow
}

/** The admin flows are for callers who signed, and each flow must be among the client's. */
export function isFlowAllowed(
  { explicitAuthFlows }: Pick<ClientSettings, 'explicitAuthFlows'>,
  flow: string,
  isAdmin: boolean,
): boolean {
  if (isFlowOfOtherSide(flow, isAdmin)) return false
  // Old settings without the ALLOW_ prefix leave SRP and refresh open.
  if (!explicitAuthFlows.some((name) => name.startsWith('ALLOW_'))) {
    if (flow === 'USER_SRP_AUTH' || flow.startsWith('REFRESH_TOKEN')) return true
  }
  return (FLOW_SETTINGS.get(flow) ?? []).some((name) => explicitAuthFlows.includes(name))
}
