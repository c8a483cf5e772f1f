// A line of comma-separated values (RFC 4180) for spreadsheets. A spreadsheet takes a text that
// begins like a formula for one, also when somebody else chose it, so such texts get a quote mark.

/** A file of lines. */
export function csvText(lines: readonly (readonly (string | number | undefined)[])[]): string {
  return lines.map((cells) => `${csvLine(cells)}\r\n`).join('')
}

/** One line, without its end. */
export function csvLine(cells: readonly (string | number | undefined)[]): string {
  return cells.map(cellOf).join(',')
}

function cellOf(value: string | number | undefined): string {
  if (typeof value === 'number') return String(value)
  const text = value ?? ''
  const inert = /^[=+\-@\t\r]/.test(text) && Number.isNaN(Number(text)) ? `'${text}` : text
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert
}
