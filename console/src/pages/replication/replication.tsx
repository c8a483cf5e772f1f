export function ReplicationPage(_: Readonly<Record<string, unknown>>) {
  return null
}
