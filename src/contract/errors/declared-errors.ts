/** Reads a table of declared errors: the usual ones, less those with a minus, and the others. */
export function declaredErrors(
  usual: readonly string[],
  rows: Readonly<Record<string, string>>,
): (operation: string) => readonly string[] {
  return (operation) => {
    const row = Object.hasOwn(rows, operation) ? (rows[operation] ?? '') : ''
    const names = new Set(usual)
    for (const name of row.split(' ').filter((part) => part !== '')) {
      if (name.startsWith('-')) names.delete(name.slice(1))
      else names.add(name)
    }
    return [...names].map((name) => `${name}Exception`).sort()
  }
}
