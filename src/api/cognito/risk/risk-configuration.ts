// A risk configuration as its two operations take and describe it.

import { ApiError } from '#api/protocol/errors.js'
import type { CognitoInput, CognitoOutput } from '#contract/types.js'
import {
  hasThreatProtection,
  type NoticeSender,
  type RiskSettings,
  riskTable,
  senderKey,
} from '#domain/pool/risk-settings.js'
import type { Pool } from '#ports/capability.js'
import type { Client } from '#ports/directory.js'
import { requestFor } from '../settings.js'

type Shape = CognitoOutput<'DescribeRiskConfiguration'>['RiskConfiguration']
type Notify = NonNullable<
  NonNullable<
    CognitoInput<'SetRiskConfiguration'>['AccountTakeoverRiskConfiguration']
  >['NotifyConfiguration']
>

/** Refuses a pool without threat protection. */
export function requireAddOn({ settings }: Pool): void {
  if (hasThreatProtection(settings)) return
  // Cognito: what the service says is not documented; this is what it says of the error.
  throw new ApiError('UserPoolAddOnNotEnabledException', 'User pool add-ons are not enabled.')
}

/** The configuration of a pool, or of a client by itself, with this Region's sender of notices. */
export function toRiskShape(pool: Pool, client: Client | undefined): Shape {
  const settings: RiskSettings & { readonly riskModifiedAtMs?: number | undefined } =
    client?.settings ?? pool.settings
  const { riskModifiedAtMs: modifiedAtMs } = settings
  const shape = requestFor(riskTable, 'SetRiskConfiguration', settings) as {
    AccountTakeoverRiskConfiguration?: { NotifyConfiguration?: object }
  }
  const takeover = shape.AccountTakeoverRiskConfiguration
  const { from, sourceArn } = senderOf(pool, client) ?? {}
  return {
    UserPoolId: pool.id,
    ...(client && { ClientId: client.clientId }),
    ...shape,
    ...(takeover?.NotifyConfiguration && {
      AccountTakeoverRiskConfiguration: {
        ...takeover,
        NotifyConfiguration: {
          ...(from !== undefined && { From: from }),
          ...(sourceArn !== undefined && { SourceArn: sourceArn }),
          ...takeover.NotifyConfiguration,
        },
      },
    }),
    ...(modifiedAtMs !== undefined && { LastModifiedDate: new Date(modifiedAtMs) }),
    // Settings are stored as they came through the contract, so their values are the wire's.
  } as Shape
}

/** Senders of notices by `senderKey`, as this Region has them. */
export function sendersOf({ regionalSettings }: Pool): Readonly<Record<string, NoticeSender>> {
  return (regionalSettings.riskSenders ?? {}) as Readonly<Record<string, NoticeSender>>
}

function senderOf(pool: Pool, client: Client | undefined): NoticeSender | undefined {
  return sendersOf(pool)[senderKey(client?.clientId)]
}

/** A request in two: what follows the primary Region, and the Region's own sender of notices. */
export function splitRequest(input: Omit<CognitoInput<'SetRiskConfiguration'>, 'UserPoolId'>): {
  readonly request: object
  readonly sender: NoticeSender | undefined
} {
  const { AccountTakeoverRiskConfiguration: takeover, ...others } = input
  const notify: Notify | undefined = takeover?.NotifyConfiguration
  if (takeover === undefined || notify === undefined) return { request: input, sender: undefined }
  const { From: from, SourceArn: sourceArn, ...rest } = notify
  return {
    request: {
      ...others,
      AccountTakeoverRiskConfiguration: { ...takeover, NotifyConfiguration: rest },
    },
    sender: { ...(from && { from }), ...(sourceArn && { sourceArn }) },
  }
}
