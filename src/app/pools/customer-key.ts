// Whether a pool may rely on a customer managed key. Asked before anything is written, so that a
// pool never names a key that does not work. The key is named by the ARN of a key of this Region,
// never by an alias, because an alias can be pointed at another key behind the pool's back.
// A pool with replicas must keep a multi-Region key that each of its Regions holds.
import { parseKeyArn } from '#domain/arn.js'
import type { KeyService } from '#ports/keys.js'

/** What is wrong with the key, if anything is. Throws KeyRefusedError when the KMS does. */
export async function customerKeyProblem(
  keyService: KeyService,
  arn: string,
  needs: { readonly region: string; readonly replicaRegions: readonly string[] },
): Promise<string | undefined> {
  const invalid = (why: string) => `KMS key ${arn} is in an invalid state: ${why}`
  const region = parseKeyArn(arn)?.region
  if (region === undefined) return invalid('it must be named by its key ARN.')
  if (region !== needs.region) return invalid(`it must be in Region ${needs.region}.`)
  const key = await keyService.describe(arn)
  if (!key.isSymmetric) return invalid('it must be a symmetric encryption key.')
  if (!key.isEnabled) return invalid(`its state is ${key.state}.`)
  const others = needs.replicaRegions.filter((name) => name !== needs.region)
  if (others.length === 0) return undefined
  if (!key.isMultiRegion) {
    return invalid('a user pool with a replica needs a multi-Region key.')
  }
  const missing = others.find((name) => !key.regions.includes(name))
  return missing && invalid(`it has no replica key in Region ${missing}.`)
}
