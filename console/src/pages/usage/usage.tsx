export function UsagePage(_: Readonly<Record<string, unknown>>) {
  return null
}
