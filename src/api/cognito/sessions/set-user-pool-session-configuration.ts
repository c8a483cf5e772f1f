import { globalTable } from '#domain/pool/settings.js'
import { POOL_BUSY_MESSAGE } from '../change-pool.js'
import { operation } from '../operation.js'
import { changeSettings } from '../pools/own-operation.js'
import { requireTier } from '../settings.js'
import { sessionConfiguration } from './configuration.js'

const NAME = 'SetUserPoolSessionConfiguration'

/** Replaces what a pool remembers of sessions. A lower limit holds from the next sign-in. */
export const SetUserPoolSessionConfiguration = operation(
  { name: NAME, auth: 'iam', region: 'primary' },
  async (ctx, input) => {
    const { UserSessionTracking: tracking, TokenSession } = input
    requireTier(globalTable, ctx.pool.tier, { userSessionTracking: tracking })
    const request = { UserSessionTracking: tracking, TokenSession }
    const pool = await changeSettings(ctx, NAME, request)
    if (pool === 'conflict') {
      return ctx.fail('ConcurrentModificationException', POOL_BUSY_MESSAGE)
    }
    return sessionConfiguration(pool)
  },
)
