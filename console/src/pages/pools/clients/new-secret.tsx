// A secret that was just made. It is in this page's memory until the person has copied it.
import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import { Copied } from '../../../parts/copied.js'

export function NewSecret({
  value,
  onClose,
}: {
  readonly value: string
  readonly onClose: () => void
}) {
  return (
    <Alert
      type="success"
      header="The new client secret"
      action={<Button onClick={onClose}>I have copied it</Button>}
    >
      <p>Copy it now: the console does not show it again.</p>
      <Copied value={value} what="client secret" />
    </Alert>
  )
}
