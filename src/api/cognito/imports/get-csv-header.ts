import { headerOf } from '#domain/user-import/csv.js'
import { operation } from '../operation.js'

/** Returns the columns of a file for a user import. */
export const GetCSVHeader = operation(
  { name: 'GetCSVHeader', auth: 'iam', region: 'primary' },
  (ctx) => ({
    UserPoolId: ctx.pool.id,
    CSVHeader: [...headerOf(ctx.pool.settings.schemaAttributes)],
  }),
)
