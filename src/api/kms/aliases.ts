// Aliases of keys. KMS developer guide, "Aliases in AWS KMS"; "Quotas", 2026.
import { aliasArn } from '#domain/arn.js'
import type { AccessQuestion } from '#kms/access.js'
import { KmsError } from '#kms/errors.js'
import { requireState } from '#kms/key-state.js'
import { parseReference } from '#kms/reference.js'
import type { KmsAlias } from '#ports/kms.js'
import { askingOperation, type KmsContext, kmsOperation } from './operation.js'
import { startOfPage, toPage } from './paging.js'
import { aliasEntry } from './shapes.js'

const ALIASES_PER_KEY_MAX = 50

/** Throws InvalidAliasNameException for names that callers may not give. */
function requireNewAliasName(name: string): void {
  if (!/^alias\/[a-zA-Z0-9:/_-]+$/.test(name)) {
    const message = 'The alias name must begin with "alias/" and have a name after it.'
    throw new KmsError('InvalidAliasNameException', message)
  }
  if (name.startsWith('alias/aws/')) {
    const message = 'Alias names that begin with "alias/aws/" are reserved.'
    throw new KmsError('InvalidAliasNameException', message)
  }
}

/** Throws LimitExceededException when the key has as many aliases as a key may have. */
async function requireAliasRoom(ctx: KmsContext<'none'>, keyId: string): Promise<void> {
  if ((await ctx.aliases.count(keyId)) < ALIASES_PER_KEY_MAX) return
  const message = `A key has ${ALIASES_PER_KEY_MAX} aliases at most.`
  throw new KmsError('LimitExceededException', message)
}

/** The alias that is to change, for a caller with permission on it and its key. */
async function findAlias(
  ctx: KmsContext<'none'>,
  question: AccessQuestion,
  name: string,
): Promise<KmsAlias> {
  ctx.access.authoriseByIam(question, aliasArn(ctx, name))
  const alias = (await ctx.aliases.find(name)) ?? failAsAbsent(ctx, name)
  await ctx.access.find(question, alias.keyId, { aliases: false })
  return alias
}

function failAsAbsent(ctx: KmsContext<'none'>, name: string): never {
  return ctx.fail('NotFoundException', `Alias ${aliasArn(ctx, name)} is not found.`)
}

export const CreateAlias = askingOperation(
  { name: 'CreateAlias', key: 'none', state: 'any' },
  async (ctx, input) => {
    const question = ctx.question('CreateAlias')
    requireNewAliasName(input.AliasName)
    const name = input.AliasName
    const arn = aliasArn(ctx, name)
    ctx.access.authoriseByIam(question, arn)
    const key = await ctx.access.find(question, input.TargetKeyId, { aliases: false })
    requireState(key, ctx.keyArn(key.id), 'not-pending')
    const keyId = key.id
    const run = async () => {
      await requireAliasRoom(ctx, keyId)
      const alias = { name, keyId, createdAtMs: ctx.nowMs, modifiedAtMs: ctx.nowMs }
      if ((await ctx.aliases.insert(alias)) === 'exists') {
        ctx.fail('AlreadyExistsException', `An alias with the name ${arn} already exists`)
      }
      return {}
    }
    return { keyId, run }
  },
)

export const DeleteAlias = askingOperation(
  { name: 'DeleteAlias', key: 'none', state: 'any' },
  async (ctx, input) => {
    const { name, keyId } = await findAlias(ctx, ctx.question('DeleteAlias'), input.AliasName)
    const run = async () => {
      if ((await ctx.aliases.remove(name)) === 'absent') failAsAbsent(ctx, name)
      return {}
    }
    return { keyId, run }
  },
)

/** Points an alias at another key. The caller needs permission on both. */
export const UpdateAlias = askingOperation(
  { name: 'UpdateAlias', key: 'none', state: 'any' },
  async (ctx, input) => {
    const question = ctx.question('UpdateAlias')
    const alias = await findAlias(ctx, question, input.AliasName)
    const key = await ctx.access.find(question, input.TargetKeyId, { aliases: false })
    requireState(key, ctx.keyArn(key.id), 'not-pending')
    const keyId = key.id
    const run = async () => {
      if (keyId !== alias.keyId) await requireAliasRoom(ctx, keyId)
      if ((await ctx.aliases.update(alias.name, keyId, ctx.nowMs)) === 'absent') {
        failAsAbsent(ctx, alias.name)
      }
      return {}
    }
    return { keyId, run }
  },
)

const LIMIT = 50

export const ListAliases = kmsOperation(
  { name: 'ListAliases', key: 'none', state: 'any' },
  async (ctx, input) => {
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
)
