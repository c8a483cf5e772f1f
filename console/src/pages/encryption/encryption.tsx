export function EncryptionPage(_: Readonly<Record<string, unknown>>) {
  return null
}
