// What tags a pool may have. Keys that begin with `twinpool:` are understood by this service:
//
// - `twinpool:user-pool-id` chooses the ID of a pool at its creation;
// - `twinpool:client-id:<ClientName>` chooses the ID of the app client that is created so named.
//
// Deviation: IDs of pools and app clients can be chosen by tags of the pool, so that tests and
// migrations can keep the IDs they have; the service always makes them up.

/** Chooses the ID of a pool that is created with it. */
export const POOL_ID_TAG = 'twinpool:user-pool-id'
const CLIENT_ID_TAG_PREFIX = 'twinpool:client-id:'
const TAGS_MAX = 50
const TEXT = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** Tags by their keys. */
export type Tags = Readonly<Record<string, string>>

/** What is wrong with a pool's tags; undefined when nothing is. */
export function tagsProblem(tags: Tags): string | undefined {
  const entries = Object.entries(tags)
  if (entries.length > TAGS_MAX) return `A user pool has at most ${TAGS_MAX} tags.`
  for (const [key, value] of entries) {
    if (key.toLowerCase().startsWith('aws:')) return 'Tag keys must not begin with aws:.'
    if (!TEXT.test(key) || !TEXT.test(value)) {
      return 'Tags have letters, spaces, numbers and the characters _ . : / = + - @ only.'
    }
  }
  return undefined
}

/** The client ID that the pool's tags choose for a client of this name. */
export function chosenClientId(tags: Tags, clientName: string): string | undefined {
  const key = CLIENT_ID_TAG_PREFIX + clientName
  return Object.hasOwn(tags, key) ? tags[key] : undefined
}
