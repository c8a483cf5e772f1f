// The forms of a user pool's ID: `<primary Region>_<name>`. The Region part is the primary's
// everywhere, also where a secondary serves the pool.

/** The part after the Region, which SRP hashes as the pool's name. */
export function poolNameOf(poolId: string): string {
  return poolId.slice(poolId.indexOf('_') + 1)
}

/** The Region that a pool ID names. */
export function regionOf(poolId: string): string {
  return poolId.slice(0, poolId.indexOf('_'))
}

/** Whether `text` has the form of a pool's ID. */
export function isPoolId(text: string): boolean {
  return /^[\w-]+_[0-9a-zA-Z]+$/.test(text) && text.length <= 55
}

/** Whether `poolId` can be the ID of a pool whose primary is `region`. */
export function isPoolIdOf(region: string, poolId: string): boolean {
  return (
    regionOf(poolId) === region && /^[0-9a-zA-Z]+$/.test(poolNameOf(poolId)) && poolId.length <= 55
  )
}
