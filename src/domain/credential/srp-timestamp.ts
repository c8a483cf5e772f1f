// The time inside an SRP proof, as clients write it: `Wed Sep 6 09:05:01 UTC 2017`. English names,
// UTC, a day without leading zero, the rest with two digits. The proof covers the text itself, so
// one moment must have one text: what does not read back to itself is refused.

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ')
const FORM = /^[A-Z][a-z]{2} ([A-Z][a-z]{2}) (\d{1,2}) (\d\d):(\d\d):(\d\d) UTC (\d{4})$/

/** The moment in milliseconds since the epoch; undefined for any other form. */
export function parseSrpTimestamp(text: string): number | undefined {
  const match = FORM.exec(text)
  if (match === null) return undefined
  const [, month = '', day, hours, minutes, seconds, year] = match
  const atMs = Date.UTC(
    Number(year),
    MONTHS.indexOf(month),
    Number(day),
    Number(hours),
    Number(minutes),
    Number(seconds),
  )
  // Catches names that are none, a 31st of June, a wrong day of the week and leading zeros.
  return formatSrpTimestamp(atMs) === text ? atMs : undefined
}

/** The text of a moment, as a client would write it. */
export function formatSrpTimestamp(atMs: number): string {
  const date = new Date(atMs)
  const clock = date.toISOString().slice(11, 19)
  const day = `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${date.getUTCDate()}`
  return `${day} ${clock} UTC ${date.getUTCFullYear()}`
}
