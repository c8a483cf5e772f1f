import { requireClient } from '../clients/client.js'
import { operation } from '../operation.js'
import { requireAddOn, toRiskShape } from './risk-configuration.js'

/** Returns what a pool, or an app client by itself, does about risks. */
export const DescribeRiskConfiguration = operation(
  { name: 'DescribeRiskConfiguration', auth: 'iam', region: 'any' },
  async (ctx, { ClientId }) => {
    const found = ClientId === undefined ? undefined : await requireClient(ctx, ClientId)
    requireAddOn(ctx.pool)
    return { RiskConfiguration: toRiskShape(ctx.pool, found?.client) }
  },
)
