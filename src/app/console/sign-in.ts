// Who may begin a session of the console: whoever has an access key and its secret, or a link that
// was made with one. What was wrong is not said, and takes the same work: an ID that nobody has is
// compared with a secret of nobody. The edge's key is a machine's and begins none. Failures are
// limited by network, so that a stranger cannot make a node work; a secret of 40 random characters
// cannot be guessed at any rate.
import type { KnownKey, KnownKeys } from '#app/access-keys.js'
import { equalText } from '#base/bytes.js'
import type { Clock } from '#base/clock.js'
import { networkOf } from '#domain/credential/network.js'
import type { OneTimeLinks } from './links.js'
import { fingerprintOf } from './session.js'

/** So many failures of one network in a window, and it waits for the end of the window. */
export const FAILURES_MAX = 10
export const FAILURES_WINDOW_SECONDS = 300
/** Networks that are counted at once; the oldest is forgotten first. */
const NETWORKS_MAX = 10_000
const SECRET_LENGTH_MAX = 512
const SECRET_OF_NOBODY = 'a secret that no access key has'

/** What somebody shows to sign in. */
export type Credential =
  | { readonly kind: 'key'; readonly accessKeyId: string; readonly secretAccessKey: string }
  | { readonly kind: 'link'; readonly token: string }

export type SignInOutcome =
  | { readonly kind: 'signed-in'; readonly key: KnownKey }
  | { readonly kind: 'refused' | 'too-many' | 'unreachable' }

export interface SignInOptions {
  readonly keys: Pick<KnownKeys, 'find'>
  readonly links: Pick<OneTimeLinks, 'take'>
  readonly clock: Pick<Clock, 'nowMs'>
}

export type SignIn = (credential: Credential, sourceIp: string) => Promise<SignInOutcome>

export function createSignIn({ keys, links, clock }: SignInOptions): SignIn {
  const failures = new Failures(clock)
  const check = (credential: Credential) =>
    credential.kind === 'key' ? checkKey(keys, credential) : links.take(credential.token)
  return async (credential, sourceIp) => {
    const network = networkOf(sourceIp)
    // Counted before it is checked, so that many at once are no more than one after the other.
    if (!failures.count(network)) return { kind: 'too-many' }
    let found: KnownKey | 'refused' | 'unreachable' = 'unreachable'
    try {
      found = await check(credential)
    } finally {
      if (found !== 'refused') failures.uncount(network)
    }
    if (found === 'refused') return { kind: found }
    return found === 'unreachable' ? { kind: found } : { kind: 'signed-in', key: found }
  }
}

async function checkKey(
  keys: Pick<KnownKeys, 'find'>,
  { accessKeyId, secretAccessKey }: Extract<Credential, { kind: 'key' }>,
): Promise<KnownKey | 'refused'> {
  if (secretAccessKey.length > SECRET_LENGTH_MAX) return 'refused'
  const key = await keys.find(accessKeyId)
  const secret = key?.secretAccessKey ?? SECRET_OF_NOBODY
  const isRight = equalText(
    fingerprintOf({ accessKeyId, secretAccessKey }),
    fingerprintOf({ accessKeyId, secretAccessKey: secret }),
  )
  return isRight && key !== undefined && !key.isOfEdge ? key : 'refused'
}

/** Failures of this process by network, in windows that begin with the first of them. */
class Failures {
  readonly #clock: Pick<Clock, 'nowMs'>
  readonly #windows = new Map<string, { count: number; readonly untilMs: number }>()

  constructor(clock: Pick<Clock, 'nowMs'>) {
    this.#clock = clock
  }

  /** Counts one more, unless the window has had as many as it may have. */
  count(network: string): boolean {
    const nowMs = this.#clock.nowMs()
    const known = this.#windows.get(network)
    if (known !== undefined && known.untilMs > nowMs) {
      if (known.count >= FAILURES_MAX) return false
      known.count += 1
      return true
    }
    this.#windows.delete(network)
    if (this.#windows.size >= NETWORKS_MAX) {
      this.#windows.delete(this.#windows.keys().next().value ?? '')
    }
    this.#windows.set(network, { count: 1, untilMs: nowMs + FAILURES_WINDOW_SECONDS * 1000 })
    return true
  }

  /** Takes one back: it was no failure. */
  uncount(network: string): void {
    const known = this.#windows.get(network)
    if (known !== undefined && known.count > 0) known.count -= 1
  }
}
