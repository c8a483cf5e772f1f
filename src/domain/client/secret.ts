// Client secrets' own forms: what a generated one looks like and how it is named.
import { LOWER_ALPHANUMERIC, type Random } from '#base/random.js'

/** Maximum of active secrets per client: two, so that one can be retired without an outage. */
export const SECRETS_MAX = 2
const SECRET_CHARACTERS = 52

/** About 268 bits of randomness. */
export function randomSecret(random: Random): string {
  return random.text(SECRET_CHARACTERS, LOWER_ALPHANUMERIC)
}

/** `<client-id>--<epoch-create-time>`; later than those of the client's other secrets. */
export function newSecretId(
  clientId: string,
  nowMs: number,
  others: readonly { readonly secretId: string }[],
): string {
  const taken = others.map(({ secretId }) => Number(secretId.slice(clientId.length + 2)))
  return `${clientId}--${Math.max(nowMs, ...taken.map((ms) => ms + 1))}`
}
