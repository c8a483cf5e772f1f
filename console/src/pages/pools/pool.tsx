export function PoolPage(_: Readonly<Record<string, unknown>>) {
  return null
}
