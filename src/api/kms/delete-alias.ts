import { aliasArn } from '#domain/arn.js'
import { findAlias } from './alias.js'
import { kmsOperation } from './operation.js'

export const DeleteAlias = kmsOperation({
  name: 'DeleteAlias',
  key: 'none',
  state: 'any',
  async run(ctx, input) {
    const question = ctx.question('DeleteAlias')
    const name = input.AliasName
    const arn = aliasArn(ctx, name)
    ctx.access.authoriseByIam(question, arn)
    const alias = await findAlias(ctx, name)
    await ctx.access.find(question, alias.keyId, { aliases: false })
    if ((await ctx.aliases.remove(name)) === 'absent') {
      ctx.fail('NotFoundException', `Alias ${arn} is not found.`)
    }
    return {}
  },
})
