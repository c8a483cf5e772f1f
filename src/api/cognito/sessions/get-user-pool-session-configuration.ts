import { operation } from '../operation.js'
import { sessionConfiguration } from './configuration.js'

/** Describes what a pool remembers of sessions. */
export const GetUserPoolSessionConfiguration = operation(
  { name: 'GetUserPoolSessionConfiguration', auth: 'iam', region: 'primary' },
  (ctx) => sessionConfiguration(ctx.pool),
)
