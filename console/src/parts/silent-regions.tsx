// Says which Regions do not respond, and what a page therefore lacks.
import Alert from '@cloudscape-design/components/alert'

export function SilentRegions({
  names,
  what,
}: {
  readonly names: readonly string[]
  /** What is missing: "user pools that only they have". */
  readonly what: string
}) {
  if (names.length === 0) return null
  const verb = names.length === 1 ? 'does' : 'do'
  return (
    <Alert type="warning" header={`${names.join(' and ')} ${verb} not respond`}>
      Not shown: {what}.
    </Alert>
  )
}
