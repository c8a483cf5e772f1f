import { required } from '#base/assert.js'
import type { KmsInput } from '#contract/types.js'
import { addReplica, sendReplica } from '#kms/replicas.js'
import type { KmsKey, ReplicaSnapshot } from '#ports/kms.js'
import { askingOperation, changeKey, type KmsContext } from './operation.js'
import { readNewPolicy } from './policies.js'
import { keyMetadata } from './shapes.js'
import { tagList, withTags } from './tags.js'

/**
 * Copies a multi-Region key to another Region. The Region is noted before the key is sent, so that
 * a crash in between leaves a note that the reconciler settles, and never a replica without a
 * record.
 */
export const ReplicateKey = askingOperation(
  { name: 'ReplicateKey', key: 'id', state: 'enabled' },
  (ctx, input) => {
    ctx.access.authoriseByIam(ctx.question('CreateKey'), '*')
    if (input.Tags !== undefined) ctx.access.authoriseByIam(ctx.question('TagResource'), '*')
    return { run: () => replicateKey(ctx, input) }
  },
)

async function replicateKey(ctx: KmsContext<'id'>, input: KmsInput<'ReplicateKey'>) {
  const region = input.ReplicaRegion
  requireReplicable(ctx, ctx.key, region)
  const replica: ReplicaSnapshot = {
    description: input.Description ?? '',
    state: 'Enabled',
    policy: readNewPolicy(ctx, ctx.key, {
      text: input.Policy,
      bypassesCheck: input.BypassPolicyLockoutSafetyCheck,
    }),
    tags: withTags({}, input.Tags),
    aliases: [],
    createdAtMs: ctx.nowMs,
    deletionWindowDays: undefined,
    deletionAtMs: undefined,
  }
  const noted = await changeKey(ctx, (key) => {
    requireReplicable(ctx, key, region)
    return addReplica(key, region, ctx.nowMs)
  })
  const outcome = await sendReplica(ctx, required(noted, 'key to replicate'), region, replica)
  if (outcome.kind === 'exists') return failAsExisting(ctx, region)
  const shown = { ...outcome.key, ...replica }
  const scope = { region, accountId: ctx.accountId }
  return {
    ReplicaKeyMetadata: keyMetadata(scope, shown),
    ReplicaPolicy: replica.policy,
    ReplicaTags: tagList(replica.tags),
  }
}

function requireReplicable(ctx: KmsContext<'id'>, key: KmsKey, region: string): void {
  const arn = ctx.keyArn(key.id)
  if (key.multiRegion?.primaryRegion !== ctx.region) {
    const message = `${arn} is not a multi-Region primary key.`
    ctx.fail('UnsupportedOperationException', message)
  }
  if (region === ctx.region) failAsExisting(ctx, region)
  if (!ctx.regions.includes(region)) {
    const message = `The Region ${region} is not one of this deployment: ${ctx.regions.join(', ')}.`
    ctx.fail('UnsupportedOperationException', message)
  }
  const replicas = key.multiRegion?.replicas ?? []
  if (replicas.some((each) => each.region === region && each.isConfirmed)) {
    failAsExisting(ctx, region)
  }
}

function failAsExisting(ctx: KmsContext<'id'>, region: string): never {
  const message = `The key ${ctx.key.id} already exists in the Region ${region}.`
  return ctx.fail('AlreadyExistsException', message)
}
