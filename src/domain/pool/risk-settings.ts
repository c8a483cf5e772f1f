// Threat protection, as rows of the tables of settings: whether a pool has it, and what it does at
// which risk, for the pool and for app clients that have a configuration of their own. All of it
// follows the primary Region but the sender of notices, which each Region has for itself, because
// what it names exists in one Region only.

import { BlockList, isIP } from 'node:net'
import {
  anything,
  count,
  type Decoded,
  flag,
  list,
  oneOf,
  orElse,
  struct,
  text,
} from '../settings/shape.js'
import { global, regional } from '../settings/table.js'

const RESET = { SetRiskConfiguration: 'reset' } as const
/** Not described with the pool or the client; DescribeRiskConfiguration has it. */
const APART = { changedBy: RESET, describedAs: undefined } as const

const notice = struct({ subject: text, htmlBody: text, textBody: text })
/** What a user is told by email. */
export type NoticeTemplate = NonNullable<Decoded<typeof notice>>

/** What is done about a risk. */
export type RiskAction = 'NO_ACTION' | 'MFA_IF_CONFIGURED' | 'MFA_REQUIRED' | 'BLOCK'
// What a newer version stored blocks.
const riskAction = oneOf<RiskAction>(
  ['NO_ACTION', 'MFA_IF_CONFIGURED', 'MFA_REQUIRED', 'BLOCK'],
  'BLOCK',
)
const takeoverAction = struct({
  notify: orElse(flag, false),
  eventAction: orElse<RiskAction | undefined>(riskAction, 'NO_ACTION'),
})
/** What is done at a level of risk, and whether the user is told. */
export type TakeoverAction = NonNullable<Decoded<typeof takeoverAction>>

/** Kinds of calls that bring a password. */
export type PasswordEvent = 'SIGN_IN' | 'PASSWORD_CHANGE' | 'SIGN_UP'

/** Rows of a pool's and of an app client's settings. */
export const riskTable = {
  compromisedCredentialsRisk: global({
    wire: 'CompromisedCredentialsRiskConfiguration',
    shape: struct({
      eventFilter: list(text),
      actions: struct({
        eventAction: orElse(oneOf(['NO_ACTION', 'BLOCK'], 'BLOCK'), 'NO_ACTION'),
      }),
    }),
    ...APART,
  }),
  accountTakeoverRisk: global({
    wire: 'AccountTakeoverRiskConfiguration',
    shape: struct({
      notifyConfiguration: struct({
        replyTo: text,
        blockEmail: notice,
        noActionEmail: notice,
        mfaEmail: notice,
      }),
      actions: struct({
        lowAction: takeoverAction,
        mediumAction: takeoverAction,
        highAction: takeoverAction,
      }),
    }),
    ...APART,
  }),
  riskExceptions: global({
    wire: 'RiskExceptionConfiguration',
    shape: struct({ blockedIPRangeList: list(text), skippedIPRangeList: list(text) }),
    ...APART,
  }),
  riskModifiedAtMs: global({
    wire: 'RiskExceptionConfiguration',
    shape: count,
    changedBy: {},
    isComputed: true,
    describedAs: undefined,
    decision: {},
  }),
}

/** Rows of a pool's settings that follow the primary Region. */
export const poolRiskTable = {
  userPoolAddOns: global({
    wire: 'UserPoolAddOns',
    shape: struct({
      advancedSecurityMode: text,
      advancedSecurityAdditionalFlows: struct({ customAuthMode: text }),
    }),
    changedBy: { UpdateUserPool: 'reset' },
    tier: ({ advancedSecurityMode: mode, advancedSecurityAdditionalFlows: flows }) =>
      isOff(mode) && isOff(flows?.customAuthMode)
        ? undefined
        : { what: 'Threat protection', plan: 'PLUS' },
  }),
  ...riskTable,
}

/** Who sends notices in a Region: From and SourceArn of a NotifyConfiguration. */
export interface NoticeSender {
  readonly from?: string | undefined
  readonly sourceArn?: string | undefined
}

/** The row of the Region's own settings: senders by `senderKey`. */
export const riskSenders = regional({
  wire: 'AccountTakeoverRiskConfiguration',
  shape: anything,
  changedBy: {},
  isComputed: true,
  describedAs: undefined,
  decision: {},
})

/** Under which key the sender of a pool's or of a client's own notices is. */
export const senderKey = (clientId: string | undefined): string => clientId ?? 'ALL'

/** A configuration of risk. */
export interface RiskSettings {
  readonly compromisedCredentialsRisk?: Decoded<typeof riskTable.compromisedCredentialsRisk.shape>
  readonly accountTakeoverRisk?: Decoded<typeof riskTable.accountTakeoverRisk.shape>
  readonly riskExceptions?: Decoded<typeof riskTable.riskExceptions.shape>
}

const NAMES = ['compromisedCredentialsRisk', 'accountTakeoverRisk', 'riskExceptions'] as const

/** Whether settings have a configuration of risk. */
export function hasRiskSettings(settings: RiskSettings): boolean {
  return NAMES.some((name) => settings[name] !== undefined)
}

/**
 * The configuration that holds for a client: its own, or else the pool's. A client's own replaces
 * all of the pool's, and not member by member.
 * Cognito: API reference, SetRiskConfiguration, 2026.
 */
export function riskSettingsOf(pool: RiskSettings, client: RiskSettings | undefined): RiskSettings {
  return client !== undefined && hasRiskSettings(client) ? client : pool
}

/** Threat protection of a kind of sign-ins; any word but OFF and AUDIT enforces. */
export type ThreatMode = 'OFF' | 'AUDIT' | 'ENFORCED'

interface AddOns {
  readonly userPoolAddOns?: Decoded<typeof poolRiskTable.userPoolAddOns.shape>
}

/** Custom sign-ins have a mode of their own. */
export function threatModeOf({ userPoolAddOns: addOns }: AddOns, flow?: string): ThreatMode {
  const mode =
    flow === 'CUSTOM_AUTH'
      ? addOns?.advancedSecurityAdditionalFlows?.customAuthMode
      : addOns?.advancedSecurityMode
  if (isOff(mode)) return 'OFF'
  return mode === 'AUDIT' ? 'AUDIT' : 'ENFORCED'
}

/** Whether the pool has the add-on at all. */
export function hasThreatProtection(settings: AddOns): boolean {
  return threatModeOf(settings) !== 'OFF' || threatModeOf(settings, 'CUSTOM_AUTH') !== 'OFF'
}

function isOff(mode: string | undefined): boolean {
  return mode === undefined || mode === 'OFF'
}

const ACTIONS = ['lowAction', 'mediumAction', 'highAction'] as const

/** The template of the notice that an action sends, by its member. */
const NOTICES = {
  BLOCK: 'blockEmail',
  MFA_IF_CONFIGURED: 'mfaEmail',
  MFA_REQUIRED: 'mfaEmail',
  NO_ACTION: 'noActionEmail',
} as const

/** The template of the notice that an action sends; undefined: none is sent. */
export function noticeOf(
  { accountTakeoverRisk: takeover }: RiskSettings,
  { notify, eventAction }: TakeoverAction,
): NoticeTemplate | undefined {
  return notify ? takeover?.notifyConfiguration?.[NOTICES[eventAction]] : undefined
}

/** What is wrong with a configuration; undefined: nothing. */
export function riskProblem(
  settings: RiskSettings,
  sender: NoticeSender | undefined,
): string | undefined {
  const { accountTakeoverRisk: takeover, riskExceptions } = settings
  const notify = takeover?.notifyConfiguration
  const notifying = ACTIONS.flatMap((name) => takeover?.actions?.[name] ?? []).filter(
    (action) => action.notify,
  )
  if (notifying.length > 0 && (notify === undefined || sender?.from === undefined)) {
    return 'NotifyConfiguration with From is required where an action notifies.'
  }
  const untold = notifying.find((action) => noticeOf(settings, action) === undefined)
  if (untold !== undefined) {
    const { eventAction } = untold
    const name = NOTICES[eventAction].replace(/^./, (first) => first.toUpperCase())
    return `NotifyConfiguration must have ${name}, as ${eventAction} notifies.`
  }
  return (
    noticeProblem('BlockEmail', notify?.blockEmail) ??
    noticeProblem('NoActionEmail', notify?.noActionEmail) ??
    noticeProblem('MfaEmail', notify?.mfaEmail) ??
    rangesProblem('BlockedIPRangeList', riskExceptions?.blockedIPRangeList) ??
    rangesProblem('SkippedIPRangeList', riskExceptions?.skippedIPRangeList)
  )
}

function noticeProblem(name: string, template: NoticeTemplate | undefined): string | undefined {
  if (template === undefined) return undefined
  const { htmlBody, textBody } = template
  return htmlBody === undefined && textBody === undefined
    ? `${name} must have HtmlBody or TextBody.`
    : undefined
}

function rangesProblem(name: string, ranges: readonly string[] = []): string | undefined {
  const wrong = ranges.find((range) => rangeOf(range) === undefined)
  return wrong === undefined ? undefined : `${name} has an invalid CIDR: ${wrong.slice(0, 64)}`
}

interface Range {
  readonly address: string
  readonly prefix: number
  readonly family: 'ipv4' | 'ipv6'
}

function rangeOf(text: string): Range | undefined {
  const [address = '', length = '', ...rest] = text.split('/')
  const version = isIP(address)
  // An address with a zone is no network's.
  if (version === 0 || rest.length > 0 || address.includes('%')) return undefined
  const prefix = Number(length)
  const prefixMax = version === 4 ? 32 : 128
  if (!/^\d{1,3}$/.test(length) || prefix > prefixMax) return undefined
  return { address, prefix, family: version === 4 ? 'ipv4' : 'ipv6' }
}

/** Whether an address is in one of the ranges; an IPv4 address in an IPv6 form is one of IPv4. */
export function isInRanges(ranges: readonly string[] | undefined, text: string): boolean {
  if (ranges === undefined || ranges.length === 0) return false
  const address = plainAddress(text)
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (isIP(address) === 0) return false
  const found = new BlockList()
  for (const one of ranges) {
    const range = rangeOf(one)
    if (range?.family === family) found.addSubnet(range.address, range.prefix, family)
  }
  return found.check(address, family)
}

/** An IPv4 peer of a listener that takes both families, as IPv4. */
export function plainAddress(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
