import { updateClientToo, updatePool, updateRegional } from '#app/pools/update.js'
import { clientTable } from '#domain/client/settings.js'
import { emailConfigurationProblem } from '#domain/message/senders.js'
import { type NoticeSender, riskProblem, riskTable, senderKey } from '#domain/pool/risk-settings.js'
import { globalTable } from '#domain/pool/settings.js'
import { changedSettings, type GivenSettings } from '#domain/settings/table.js'
import { asPrimary, asRegional, type Pool, type RegionalPool } from '#ports/capability.js'
import type { Client } from '#ports/directory.js'
import { changePool } from '../change-pool.js'
import { requireClient } from '../clients/client.js'
import type { Context } from '../context.js'
import { operation } from '../operation.js'
import { differsFromPrimary } from '../pools/own-operation.js'
import { differingMember, givenSettings } from '../settings.js'
import { requireAddOn, sendersOf, splitRequest, toRiskShape } from './risk-configuration.js'

const NAME = 'SetRiskConfiguration'

interface Changed {
  readonly pool: Pool
  readonly client: Client | undefined
}

/**
 * Replaces what a pool, or an app client by itself, does about risks; on a secondary, who sends its
 * notices.
 */
export const SetRiskConfiguration = operation(
  { name: NAME, auth: 'iam', region: 'regional' },
  async (ctx, { UserPoolId: _, ClientId, ...input }) => {
    const { request, sender } = splitRequest(input)
    let after: Changed | undefined
    const outcome = await changePool(ctx, asRegional, async (pool) => {
      const found = ClientId === undefined ? undefined : await requireClient(ctx, ClientId)
      requireAddOn(pool)
      after = await change(ctx, { pool, client: found?.client }, { request, sender })
      return 'written'
    })
    if (outcome === 'conflict' || after === undefined) {
      return ctx.fail('TooManyRequestsException', 'Too many requests')
    }
    return { RiskConfiguration: toRiskShape(after.pool, after.client) }
  },
)

async function change(
  ctx: Context<'iam', 'regional'>,
  { pool, client }: { readonly pool: RegionalPool; readonly client: Client | undefined },
  given: { readonly request: object; readonly sender: NoticeSender | undefined },
): Promise<Changed> {
  const { request, sender } = given
  const primary = asPrimary(pool)
  const regionalSettings = {
    ...pool.regionalSettings,
    riskSenders: sendersAfter(pool, senderKey(client?.clientId), sender),
  }
  const regional = { pool, settings: regionalSettings, tags: pool.tags }
  const regionally = { ...pool, regionalSettings }
  const modifiedAtMs = ctx.nowMs
  const check = (settings: Parameters<typeof riskProblem>[0]) => {
    const problem = riskProblem(settings, sender) ?? senderProblem(sender)
    if (problem !== undefined) ctx.fail('InvalidParameterException', problem)
  }
  if (primary === undefined) {
    requireUnchanged(client?.settings ?? pool.settings, request)
    check({})
    await updateRegional(ctx, regional)
    return { pool: regionally, client }
  }
  const by = { given: givenSettings(riskTable, request) }
  if (client === undefined) {
    const changed = changedSettings(globalTable, NAME, { ...by, base: pool.settings })
    check(changed)
    const settings = { ...changed, riskModifiedAtMs: modifiedAtMs }
    await updatePool(ctx, primary, { settings, modifiedAtMs }, regional)
    return { pool: { ...regionally, settings }, client }
  }
  const changed = changedSettings(clientTable, NAME, { ...by, base: client.settings })
  check(changed)
  const settings = { ...changed, riskModifiedAtMs: modifiedAtMs }
  const written = { client, change: { name: client.name, settings, modifiedAtMs } }
  return {
    pool: regionally,
    client: await updateClientToo(ctx, primary, written, regional),
  }
}

/** On a secondary, what the request omits counts as unchanged, as for UpdateUserPool. */
function requireUnchanged(settings: object, request: object): void {
  const apply = (given: GivenSettings) =>
    changedSettings(riskTable, NAME, { given, base: settings })
  const name = differingMember(riskTable, NAME, { request, settings, apply })
  if (name !== undefined) throw differsFromPrimary(name)
}

function senderProblem(sender: NoticeSender | undefined): string | undefined {
  return sender && emailConfigurationProblem({ ...sender, emailSendingAccount: 'DEVELOPER' })
}

/** On a secondary, a request without a sender leaves the one that there is. */
function sendersAfter(pool: Pool, key: string, sender: NoticeSender | undefined) {
  const { [key]: before, ...others } = sendersOf(pool)
  const after = sender ?? (asPrimary(pool) === undefined ? before : undefined)
  return after === undefined ? others : { ...others, [key]: after }
}
