// What of a request or a response may be written to a log. Members that the SDK marks sensitive
// are replaced, and some that it does not mark although they carry secrets or personal data.
// Members that the schema does not know are left out, since what they hold is unknown.

import type { Shape, StructShape } from './schema.js'

const HIDDEN = '***'

/**
 * Secrets that carry no mark: one-time codes, the settings of an identity provider with its client
 * secret, what an app passes on to its triggers, and a device's password verifier.
 */
export const unmarkedSecrets: ReadonlySet<string> = new Set([
  'ChallengeParameters',
  'ClientMetadata',
  'Code',
  'ConfirmationCode',
  'Credential',
  'PasswordVerifier',
  'ProviderDetails',
  'Salt',
])

/** A copy of a decoded value that is fit for a log. */
export function redact(shape: StructShape, value: object): Record<string, unknown> {
  const copy: Record<string, unknown> = {}
  for (const { name, shape: memberShape, sensitive } of shape.members) {
    const member = (value as Record<string, unknown>)[name]
    if (member === undefined || member === null) continue
    copy[name] =
      sensitive || unmarkedSecrets.has(name) ? HIDDEN : redactedMember(memberShape, member)
  }
  return copy
}

/** A value that is not of its shape is hidden: this also runs on what a bug produced. */
function redactedMember(shape: Shape, value: unknown): unknown {
  switch (shape.kind) {
    case 'struct':
      return typeof value === 'object' && value !== null ? redact(shape, value) : HIDDEN
    case 'list':
      return Array.isArray(value) ? value.map((item) => redactedMember(shape.item, item)) : HIDDEN
    case 'map':
      return typeof value === 'object' && value !== null ? redactedMap(shape.value, value) : HIDDEN
    case 'blob':
      return value instanceof Uint8Array ? `[${value.byteLength} bytes]` : HIDDEN
    default:
      return value
  }
}

function redactedMap(shape: Shape, map: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, redactedMember(shape, value)]),
  )
}
