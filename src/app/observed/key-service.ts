// The KMS as it is watched: how often it is asked about customer managed keys, what it says, and
// how long it takes. The service's own key is in this process, so using it is no call.
import { type CodeKeys, KeyRefusedError, type KeyService, type WrappingKey } from '#ports/keys.js'
import { awsCallSpan, type Watch, watched } from './watch.js'

/** The operations of the KMS behind the calls. */
const OPERATIONS: Readonly<Record<string, string>> = {
  generate: 'GenerateDataKey',
  wrap: 'Encrypt',
  unwrap: 'Decrypt',
  describe: 'DescribeKey',
  'generate-code-key': 'GenerateDataKey',
}

/** The same keys, measured. */
export function observedKeyService<K extends KeyService & Partial<CodeKeys>>(
  keys: K,
  watch: Watch,
): K {
  const { metrics } = watch
  const measured = <T>(call: string, work: () => Promise<T>) =>
    watched(watch, work, {
      span: () => awsCallSpan('KMS', OPERATIONS[call] ?? '_OTHER'),
      resultOf: (error) => (error instanceof KeyRefusedError ? error.refusal : 'failed'),
      record(result, seconds) {
        metrics.count('twinpool_kms_calls_total', { call, result })
        metrics.observe('twinpool_kms_call_duration_seconds', { call }, seconds)
      },
    })
  const about = <T>(key: WrappingKey, call: string, work: () => Promise<T>) =>
    key.type === 'AWS_OWNED_KEY' ? work() : measured(call, work)
  const { generateCodeKey } = keys
  return {
    ...keys,
    generate: (key, arn) => about(key, 'generate', () => keys.generate(key, arn)),
    wrap: (key, plaintext, arn) => about(key, 'wrap', () => keys.wrap(key, plaintext, arn)),
    unwrap: (key, wrapped, arn) => about(key, 'unwrap', () => keys.unwrap(key, wrapped, arn)),
    describe: (arn) => measured('describe', () => keys.describe(arn)),
    ...(generateCodeKey && {
      generateCodeKey: (...call: Parameters<CodeKeys['generateCodeKey']>) =>
        measured('generate-code-key', () => generateCodeKey(...call)),
    }),
  }
}
