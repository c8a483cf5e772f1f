// UUIDs as text (RFC 9562): the form only, of any version.
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** Whether the text is a UUID. Every `sub` is one. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}
