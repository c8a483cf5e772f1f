// The KMS as it is watched: how often it is asked about customer managed keys, what it says, and
// how long it takes. The service's own key is in this process, so using it is no call.
import type { Clock } from '#base/clock.js'
import { type CodeKeys, KeyRefusedError, type KeyService, type WrappingKey } from '#ports/keys.js'
import type { Metrics } from '#ports/metrics.js'

/** The same keys, measured. */
export function observedKeyService<K extends KeyService & Partial<CodeKeys>>(
  keys: K,
  { metrics, clock }: { readonly metrics: Metrics; readonly clock: Clock },
): K {
  async function watch<T>(call: string, work: () => Promise<T>): Promise<T> {
    const startedAtMs = clock.nowMs()
    let result = 'failed'
    try {
      const value = await work()
      result = 'ok'
      return value
    } catch (error) {
      if (error instanceof KeyRefusedError) result = error.refusal
      throw error
    } finally {
      const seconds = (clock.nowMs() - startedAtMs) / 1000
      metrics.count('twinpool_kms_calls_total', { call, result })
      metrics.observe('twinpool_kms_call_duration_seconds', { call }, seconds)
    }
  }
  const about = <T>(key: WrappingKey, call: string, work: () => Promise<T>) =>
    key.type === 'AWS_OWNED_KEY' ? work() : watch(call, work)
  const { generateCodeKey } = keys
  return {
    ...keys,
    generate: (key, arn) => about(key, 'generate', () => keys.generate(key, arn)),
    wrap: (key, plaintext, arn) => about(key, 'wrap', () => keys.wrap(key, plaintext, arn)),
    unwrap: (key, wrapped, arn) => about(key, 'unwrap', () => keys.unwrap(key, wrapped, arn)),
    describe: (arn) => watch('describe', () => keys.describe(arn)),
    ...(generateCodeKey && {
      generateCodeKey: (...call: Parameters<CodeKeys['generateCodeKey']>) =>
        watch('generate-code-key', () => generateCodeKey(...call)),
    }),
  }
}
