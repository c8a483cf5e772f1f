// Names of aliases. KMS developer guide, "Aliases in AWS KMS"; "Quotas", 2026.

import { aliasArn } from '#domain/arn.js'
import { KmsError } from '#kms/errors.js'
import type { KmsAlias } from '#ports/kms.js'
import type { KmsContext } from './operation.js'

const ALIASES_PER_KEY_MAX = 50

/** Throws InvalidAliasNameException for names that callers may not give. */
export function requireNewAliasName(name: string): void {
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
export async function requireAliasRoom(ctx: KmsContext<'none'>, keyId: string): Promise<void> {
  if ((await ctx.aliases.count(keyId)) < ALIASES_PER_KEY_MAX) return
  const message = `A key has ${ALIASES_PER_KEY_MAX} aliases at most.`
  throw new KmsError('LimitExceededException', message)
}

/** Throws NotFoundException. */
export async function findAlias(ctx: KmsContext<'none'>, name: string): Promise<KmsAlias> {
  const alias = await ctx.aliases.find(name)
  if (alias !== undefined) return alias
  throw new KmsError('NotFoundException', `Alias ${aliasArn(ctx, name)} is not found.`)
}
