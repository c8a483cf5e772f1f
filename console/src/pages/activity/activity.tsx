export function ActivityPage(_: Readonly<Record<string, unknown>>) {
  return null
}
