// How callers name keys and aliases: by ID, by ARN, by alias name or by alias ARN. A name of
// another Region or account is not found here, whatever exists there.
import type { ArnScope } from '#domain/arn.js'
import { KmsError } from './errors.js'

export type KeyReference =
  | { readonly kind: 'key'; readonly keyId: string }
  | { readonly kind: 'alias'; readonly aliasName: string }

const KEY_ID = /^(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
const ARN = /^arn:aws:kms:([^:]*):([^:]*):(key|alias)\/(.+)$/

const ALIAS = /^alias\/[a-zA-Z0-9:/_-]{1,250}$/
const FOREIGN_ARN = /^arn:aws:kms:[a-z0-9-]{1,40}:\d{12}:/

export function isKeyId(text: string): boolean {
  return KEY_ID.test(text)
}

/**
 * What the audit calls the key or alias that `text` names, whether or not it exists: the key's ID
 * or the alias; of another Region or account its ARN. Undefined for what is no name of either.
 */
export function recordedName(scope: ArnScope, text: string): string | undefined {
  if (isKeyId(text) || ALIAS.test(text)) return text
  const [, region, accountId, kind, rest = ''] = ARN.exec(text) ?? []
  const name = kind === 'alias' ? `alias/${rest}` : rest
  if (!isKeyId(name) && !ALIAS.test(name)) return undefined
  if (region === scope.region && accountId === scope.accountId) return name
  return FOREIGN_ARN.test(text) ? text : undefined
}

/** What `text` names. Throws NotFoundException or InvalidArnException. */
export function parseReference(
  scope: ArnScope,
  text: string,
  accepts: { readonly aliases: boolean },
): KeyReference {
  if (text.startsWith('arn:')) return parseArn(scope, text, accepts)
  if (text.startsWith('alias/') && accepts.aliases) return { kind: 'alias', aliasName: text }
  if (!isKeyId(text)) throw new KmsError('NotFoundException', `Invalid keyId '${text}'`)
  return { kind: 'key', keyId: text }
}

function parseArn(
  scope: ArnScope,
  text: string,
  accepts: { readonly aliases: boolean },
): KeyReference {
  const [, region, accountId, kind, name] = ARN.exec(text) ?? []
  if (name === undefined || (kind === 'key' && !isKeyId(name))) {
    throw new KmsError('InvalidArnException', `Invalid arn ${text}`)
  }
  if (kind === 'alias' && !accepts.aliases) {
    throw new KmsError('InvalidArnException', `${text} is not a valid key ID or key ARN`)
  }
  if (region !== scope.region) throw new KmsError('NotFoundException', `Invalid arn ${region}`)
  if (kind === 'alias') {
    if (accountId === scope.accountId) return { kind: 'alias', aliasName: `alias/${name}` }
    throw new KmsError('NotFoundException', `Alias ${text} is not found.`)
  }
  if (accountId === scope.accountId) return { kind: 'key', keyId: name }
  throw new KmsError('NotFoundException', `Key '${text}' does not exist`)
}
