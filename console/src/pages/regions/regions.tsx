export function RegionsPage(_: Readonly<Record<string, unknown>>) {
  return null
}
