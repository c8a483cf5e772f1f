import { parseReference } from '#kms/reference.js'
import { kmsOperation } from './operation.js'
import { startOfPage, toPage } from './paging.js'
import { aliasEntry } from './shapes.js'

const LIMIT = 50

export const ListAliases = kmsOperation({
  name: 'ListAliases',
  key: 'none',
  state: 'any',
  async run(ctx, input) {
    ctx.access.authoriseByIam(ctx.question('ListAliases'), '*')
    let keyId: string | undefined
    if (input.KeyId !== undefined) {
      const named = parseReference(ctx, input.KeyId, { aliases: false })
      keyId = named.kind === 'key' ? named.keyId : undefined
      if (keyId !== undefined && (await ctx.keys.find(keyId)) === undefined) {
        ctx.fail('NotFoundException', `Key '${ctx.keyArn(keyId)}' does not exist`)
      }
    }
    const limit = input.Limit ?? LIMIT
    const afterName = startOfPage(input.Marker)
    const aliases = await ctx.aliases.list({ keyId, afterName, limit: limit + 1 })
    const { page, ...rest } = toPage(aliases, limit, (alias) => alias.name)
    return { Aliases: page.map((alias) => aliasEntry(ctx, alias)), ...rest }
  },
})
