import { aliasArn } from '#domain/arn.js'
import { requireState } from '#kms/key-state.js'
import { findAlias, requireAliasRoom } from './alias.js'
import { kmsOperation } from './operation.js'

/** Points an alias at another key. The caller needs permission on both. */
export const UpdateAlias = kmsOperation({
  name: 'UpdateAlias',
  key: 'none',
  state: 'any',
  async run(ctx, input) {
    const question = ctx.question('UpdateAlias')
    const name = input.AliasName
    const arn = aliasArn(ctx, name)
    ctx.access.authoriseByIam(question, arn)
    const alias = await findAlias(ctx, name)
    await ctx.access.find(question, alias.keyId, { aliases: false })
    const key = await ctx.access.find(question, input.TargetKeyId, { aliases: false })
    requireState(key, ctx.keyArn(key.id), 'not-pending')
    if (key.id !== alias.keyId) await requireAliasRoom(ctx, key.id)
    if ((await ctx.aliases.update(name, key.id, ctx.nowMs)) === 'absent') {
      ctx.fail('NotFoundException', `Alias ${arn} is not found.`)
    }
    return {}
  },
})
