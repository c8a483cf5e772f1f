// The KMS as it is watched: how often it is asked about customer managed keys, what it says, and
// how long it takes. The service's own key is in this process, so using it is no call.
import { type CodeKeys, KeyRefusedError, type KeyService, type WrappingKey } from '#ports/keys.js'
import { type Watch, watched } from './watch.js'

/** The same keys, measured. */
export function observedKeyService<K extends KeyService & Partial<CodeKeys>>(
  keys: K,
  { metrics, clock }: Watch,
): K {
  const watch = <T>(call: string, work: () => Promise<T>) =>
    watched(clock, work, {
      resultOf: (error) => (error instanceof KeyRefusedError ? error.refusal : 'failed'),
      record(result, seconds) {
        metrics.count('twinpool_kms_calls_total', { call, result })
        metrics.observe('twinpool_kms_call_duration_seconds', { call }, seconds)
      },
    })
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
