// The key that a ciphertext was made under: the one the caller names, or the one the ciphertext
// does. Authorised and usable, or an error.

import type { Ciphertext } from '#kms/ciphertext.js'
import { readCiphertext, requireEncryptedUnder } from '#kms/cryptography.js'
import { KmsError } from '#kms/errors.js'
import { requireState } from '#kms/key-state.js'
import type { RequestValues } from '#kms/request-values.js'
import type { KmsKey } from '#ports/kms.js'
import type { KmsContext } from './operation.js'

export async function findForCiphertext(
  ctx: KmsContext<'none'>,
  source: {
    readonly action: 'Decrypt' | 'ReEncryptFrom'
    readonly blob: Uint8Array
    readonly keyReference: string | undefined
    readonly values?: RequestValues
  },
): Promise<{ readonly key: KmsKey; readonly ciphertext: Ciphertext }> {
  const asked = ctx.question(source.action)
  const question = { ...asked, values: { ...asked.values, ...source.values } }
  if (source.keyReference !== undefined) {
    const key = await ctx.access.find(question, source.keyReference, { aliases: true })
    requireState(key, ctx.keyArn(key.id), 'enabled')
    const ciphertext = readCiphertext(source.blob)
    requireEncryptedUnder(key, ciphertext)
    return { key, ciphertext }
  }
  const ciphertext = readCiphertext(source.blob)
  const key = await ctx.keys.find(ciphertext.keyId)
  if (key === undefined) throw unknownKey()
  ctx.access.authorise(question, key)
  requireState(key, ctx.keyArn(key.id), 'enabled')
  return { key, ciphertext }
}

function unknownKey(): KmsError {
  return new KmsError(
    'AccessDeniedException',
    'The ciphertext refers to a customer master key that does not exist, does not exist in this ' +
      'region, or you are not allowed to access.',
  )
}
