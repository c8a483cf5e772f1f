// Makes, describes and lists keys.
import { InvariantError } from '#base/assert.js'
import type { KmsInput } from '#contract/types.js'
import { KmsError } from '#kms/errors.js'
import type { KmsKey } from '#ports/kms.js'
import { askingOperation, changeKey, type KmsContext, kmsOperation } from './operation.js'
import { startOfPage, toPage } from './paging.js'
import { readNewPolicy } from './policies.js'
import { keyMetadata } from './shapes.js'
import { withTags } from './tags.js'

/** Makes a symmetric encryption key, of this Region or as primary of a multi-Region key. */
export const CreateKey = askingOperation(
  { name: 'CreateKey', key: 'none', state: 'any' },
  (ctx, input) => {
    ctx.access.authoriseByIam(ctx.question('CreateKey'), '*')
    if (input.Tags !== undefined) ctx.access.authoriseByIam(ctx.question('TagResource'), '*')
    return { run: () => makeKey(ctx, input) }
  },
)

async function makeKey(ctx: KmsContext<'none'>, input: KmsInput<'CreateKey'>) {
  refuseOtherKinds(input)
  const isMultiRegion = input.MultiRegion === true
  const uuid = ctx.random.uuid()
  const id = isMultiRegion ? `mrk-${uuid.replaceAll('-', '')}` : uuid
  const draft: KmsKey = {
    id,
    description: input.Description ?? '',
    state: 'Enabled',
    policy: '',
    tags: withTags({}, input.Tags),
    materialSealed: ctx.material.seal(id, [ctx.material.make()]),
    multiRegion: isMultiRegion ? { primaryRegion: ctx.region, replicas: [] } : undefined,
    createdAtMs: ctx.nowMs,
    deletionWindowDays: undefined,
    deletionAtMs: undefined,
  }
  const policy = readNewPolicy(ctx, draft, {
    text: input.Policy,
    bypassesCheck: input.BypassPolicyLockoutSafetyCheck,
  })
  const key = { ...draft, policy }
  if ((await ctx.keys.insert(key)) === 'exists') {
    throw new InvariantError('a new random key ID was taken')
  }
  return { KeyMetadata: keyMetadata(ctx, key) }
}

function refuseOtherKinds(input: KmsInput<'CreateKey'>): void {
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT'
  if (spec !== 'SYMMETRIC_DEFAULT') {
    const message = `Keys of the spec ${spec} are not supported; SYMMETRIC_DEFAULT is.`
    throw new KmsError('UnsupportedOperationException', message)
  }
  const { KeyUsage: usage = 'ENCRYPT_DECRYPT', Origin: origin = 'AWS_KMS' } = input
  if (usage !== 'ENCRYPT_DECRYPT') {
    const message = `KeyUsage ${usage} is not compatible with KeySpec ${spec}`
    throw new KmsError('ValidationException', message)
  }
  if (
    origin !== 'AWS_KMS' ||
    input.CustomKeyStoreId !== undefined ||
    input.XksKeyId !== undefined
  ) {
    const message = 'Imported material and custom key stores are not supported.'
    throw new KmsError('UnsupportedOperationException', message)
  }
}

export const DescribeKey = kmsOperation(
  { name: 'DescribeKey', key: 'id-or-alias', state: 'any' },
  (ctx) => ({ KeyMetadata: keyMetadata(ctx, ctx.key) }),
)

const LIMIT = 100

export const ListKeys = kmsOperation(
  { name: 'ListKeys', key: 'none', state: 'any' },
  async (ctx, input) => {
    ctx.access.authoriseByIam(ctx.question('ListKeys'), '*')
    const limit = input.Limit ?? LIMIT
    const ids = await ctx.keys.list({ afterId: startOfPage(input.Marker), limit: limit + 1 })
    const { page, ...rest } = toPage(ids, limit, (id) => id)
    return { Keys: page.map((id) => ({ KeyId: id, KeyArn: ctx.keyArn(id) })), ...rest }
  },
)

export const UpdateKeyDescription = kmsOperation(
  { name: 'UpdateKeyDescription', key: 'id', state: 'not-pending' },
  async (ctx, input) => {
    await changeKey(ctx, (key) => ({ ...key, description: input.Description }))
    return {}
  },
)

/** Infrastructure tools ask this of every key. Keys are not rotated by time here. */
export const GetKeyRotationStatus = kmsOperation(
  { name: 'GetKeyRotationStatus', key: 'id', state: 'not-pending' },
  (ctx) => {
    return { KeyId: ctx.keyArn(ctx.key.id), KeyRotationEnabled: false }
  },
)
