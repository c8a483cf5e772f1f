// What was metered of pools, and who uses which endpoint, as this Region knows it: its own rows,
// and those of the other Regions that have arrived. Nothing of a user but that there was one.
import { reportOf, type UsageReport } from '#app/usage/report.js'
import { fromBase64Url, textOf, toBase64Url, utf8 } from '#base/bytes.js'
import { isObject } from '#base/json.js'
import { dayOf, spanOfMonth } from '#domain/usage/month.js'
import type { Pool } from '#ports/capability.js'
import type { EndpointUse, EndpointUseKey } from '#ports/usage.js'
import { type AdminOperation, invalid, toTimestamp } from './admin-operation.js'

const DAY_MS = 24 * 60 * 60 * 1000
const POOL_ID_LENGTH_MAX = 55
const TOKEN_LENGTH_MAX = 2048

/** Metering of a month, of every pool that lives in this Region. */
export const GetUsage: AdminOperation = {
  name: 'GetUsage',
  async run({ pools, usageRows, usagePrices, region }, input) {
    const month = input.text('Month', 7)
    const span = spanOfMonth(month)
    if (span === undefined) throw invalid('Month must be a month such as 2026-11.')
    const limit = input.count('MaxResults', { fallback: 1000, max: 1000 })
    const afterId = input.optionalText('NextToken', POOL_ID_LENGTH_MAX)
    const summaries = await pools.page({ afterId, limit })
    const poolIds = summaries.map(({ id }) => id)
    const usage = await usageRows.ofMonth(month, poolIds)
    const shown = usage.map(async (one) => {
      const pool = await pools.find(one.poolId)
      return pool && toUsageShape(reportOf(one, span, usagePrices), pool)
    })
    return {
      RegionName: region,
      Month: month,
      Pools: (await Promise.all(shown)).filter((pool) => pool !== undefined),
      Currency: 'USD',
      Prices: {
        EssentialsActiveUser: usagePrices.essentials,
        PlusActiveUser: usagePrices.plus,
        MachineToken: usagePrices.machineToken,
        MachineTokenPercent: usagePrices.machineTokenPercent,
      },
      NextToken: summaries.length === limit ? summaries.at(-1)?.id : undefined,
    }
  },
}

function toUsageShape(report: UsageReport, { name, tier }: Pick<Pool, 'name' | 'tier'>) {
  return {
    UserPoolId: report.poolId,
    Name: name,
    Tier: tier,
    MonthlyActiveUsers: report.monthlyActiveUsers,
    MonthlyActiveUsersByTier: report.activeUsers,
    MachineClients: report.machineClients.map(({ clientId, tokens }) => ({
      ClientId: clientId,
      Tokens: tokens,
    })),
    Replicas: report.replicas.map(({ region, hours, months }) => ({
      RegionName: region,
      Hours: hours,
      Months: months,
    })),
    Charges: report.charges.map(({ item, quantity, unitPrice, amount }) => ({
      Item: item,
      Quantity: quantity,
      UnitPrice: unitPrice,
      Amount: amount,
    })),
    Total: report.total,
  }
}

/** Requests by app client and day, the latest days first. */
export const ListEndpointUses: AdminOperation = {
  name: 'ListEndpointUses',
  async run({ usageRows, clock }, input) {
    const poolId = input.optionalText('UserPoolId', POOL_ID_LENGTH_MAX)
    const days = input.count('Days', { fallback: 14, max: 36_500 })
    const limit = input.count('MaxResults', { fallback: 500, max: 1000 })
    const token = input.optionalText('NextToken', TOKEN_LENGTH_MAX)
    const after = token === undefined ? undefined : positionOf(token)
    const sinceDay = dayOf(clock.nowMs() - (days - 1) * DAY_MS)
    const uses = await usageRows.endpointUses({ poolId, sinceDay, after, limit })
    const last = uses.length === limit ? uses.at(-1) : undefined
    return { Uses: uses.map(toUseShape), NextToken: last && tokenOf(last) }
  },
}

function toUseShape(use: EndpointUse) {
  return {
    UserPoolId: use.poolId,
    ...(use.clientId !== '' && { ClientId: use.clientId }),
    Day: use.day,
    IssuerForm: use.issuerForm,
    Kind: use.kind,
    Host: use.host,
    UserAgent: use.userAgent,
    Calls: use.calls,
    LastSeen: toTimestamp(use.lastSeenMs),
  }
}

const POSITION = ['day', 'poolId', 'clientId', 'kind', 'issuerForm', 'host', 'userAgent'] as const

function tokenOf(use: EndpointUse): string {
  return toBase64Url(utf8(JSON.stringify(POSITION.map((name) => use[name]))))
}

/** Who asks could ask for all of the list, so the position need not be sealed. */
function positionOf(token: string): EndpointUseKey {
  const values = parsed(token)
  const day = values[0] ?? ''
  const dayMs = Date.parse(day)
  if (values.length !== POSITION.length || Number.isNaN(dayMs) || dayOf(dayMs) !== day)
    throw invalid('NextToken is not one of this list.')
  return Object.fromEntries(POSITION.map((name, at) => [name, values[at]])) as never
}

function parsed(token: string): readonly string[] {
  try {
    const values: unknown = JSON.parse(textOf(fromBase64Url(token)))
    return Array.isArray(values) && !values.some(isObject) ? values.map(String) : []
  } catch (cause) {
    throw invalid('NextToken is not one of this list.', cause)
  }
}
