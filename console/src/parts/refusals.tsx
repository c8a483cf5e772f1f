// What Regions said on purpose instead of what a page asked for. Regions that do not respond are
// told once for the page (`silent-regions.tsx`).
import Alert from '@cloudscape-design/components/alert'
import type { RegionAnswer } from '../api/use-calls.js'
import { refusalOf } from './status.js'

export function Refusals({
  what,
  answers = [],
}: {
  /** What could not be loaded: "Alarms". */
  readonly what: string
  readonly answers?: readonly RegionAnswer<unknown>[] | undefined
}) {
  const byText = new Map<string, string[]>()
  for (const { region, error } of answers) {
    if (error === undefined || error.isUnreachable) continue
    const text = refusalOf(error)
    byText.set(text, [...(byText.get(text) ?? []), region])
  }
  return [...byText].map(([text, regions]) => (
    <Alert
      key={text}
      type="error"
      header={`${what} of ${regions.join(' and ')} could not be loaded`}
    >
      {text}
    </Alert>
  ))
}
