import { operation } from '../operation.js'
import { newestSecret, requireClient, toClientShape } from './client.js'

/** Describes an app client, its secret included. */
export const DescribeUserPoolClient = operation(
  { name: 'DescribeUserPoolClient', auth: 'iam', region: 'any' },
  async (ctx, input) => {
    const resolved = await requireClient(ctx, input.ClientId)
    const secret = await newestSecret(ctx, resolved)
    return { UserPoolClient: toClientShape(resolved.client, secret) }
  },
)
