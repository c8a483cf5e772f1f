// Which of a pool's keys signs a token. A pool has two, as the service has: one for ID tokens and
// one for access tokens, so the `kid` tells them apart. A pool of an earlier version has one key
// for both; it gets one for ID tokens, and goes on signing access tokens with the old one.
//
// What must stay true: a key signs nothing before verifiers can know it. They keep a key set for
// minutes, and a secondary publishes a key when it has arrived; so a key that is added to a pool is
// published for a while before it signs.

/** What a key signs. */
export type TokenUse = 'id' | 'access'

/** What the choice looks at. */
export interface SigningKeyDates {
  /** undefined: both, as in pools of earlier versions. */
  readonly tokenUse: TokenUse | undefined
  readonly createdAtMs: number
}

/** Twice what the key set's `max-age` lets verifiers keep it. */
export const PUBLISHED_BEFORE_SIGNING_MS = 10 * 60_000

/** The key that signs tokens of this use. `keys` have the newest first. */
export function chooseSigningKey<Key extends SigningKeyDates>(
  keys: readonly Key[],
  tokenUse: TokenUse,
  nowMs: number,
): Key | undefined {
  const fit = keys.filter((key) => key.tokenUse === undefined || key.tokenUse === tokenUse)
  const publishedBeforeMs = nowMs - PUBLISHED_BEFORE_SIGNING_MS
  // A new pool has no older key, and no verifier yet that could have kept another key set.
  return fit.find((key) => key.createdAtMs <= publishedBeforeMs) ?? fit.at(-1)
}
