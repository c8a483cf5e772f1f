import { aliasArn } from '#domain/arn.js'
import { requireState } from '#kms/key-state.js'
import { requireAliasRoom, requireNewAliasName } from './alias.js'
import { kmsOperation } from './operation.js'

export const CreateAlias = kmsOperation({
  name: 'CreateAlias',
  key: 'none',
  state: 'any',
  async run(ctx, input) {
    const question = ctx.question('CreateAlias')
    requireNewAliasName(input.AliasName)
    const name = input.AliasName
    const arn = aliasArn(ctx, name)
    ctx.access.authoriseByIam(question, arn)
    const key = await ctx.access.find(question, input.TargetKeyId, { aliases: false })
    requireState(key, ctx.keyArn(key.id), 'not-pending')
    await requireAliasRoom(ctx, key.id)
    const alias = { name, keyId: key.id, createdAtMs: ctx.nowMs, modifiedAtMs: ctx.nowMs }
    if ((await ctx.aliases.insert(alias)) === 'exists') {
      ctx.fail('AlreadyExistsException', `An alias with the name ${arn} already exists`)
    }
    return {}
  },
})
