import { requireClient } from '../clients/client.js'
import { operation } from '../operation.js'
import { clientSessionConfiguration } from './configuration.js'

/** Describes how long an app client takes sessions of the login pages. */
export const GetUserPoolClientSessionConfiguration = operation(
  { name: 'GetUserPoolClientSessionConfiguration', auth: 'iam', region: 'primary' },
  async (ctx, input) =>
    clientSessionConfiguration((await requireClient(ctx, input.ClientId)).client),
)
