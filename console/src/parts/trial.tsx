// A test that a person runs and looks at: a form, a button, and what came of it, which stays beside
// the form so that it can be run again.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type FormEvent, type ReactNode, useState } from 'react'
import type { Call, Members } from '../api/client.js'
import { useSession } from '../api/session.js'
import { asCallError } from '../api/use-calls.js'
import { Commands } from './command.js'
import { refusalOf } from './status.js'

export interface TrialProps {
  readonly title: string
  /** What the button says: "Send message". */
  readonly action: string
  readonly region: string
  readonly call: Call
  /** The commands of `twinpool` that do the same. */
  readonly also: readonly string[]
  readonly isReady: boolean
  readonly onClose: () => void
  readonly resultOf: (output: Members) => ReactNode
  readonly children?: ReactNode
}

export function Trial(props: TrialProps) {
  const { title, action, region, call: what, also, isReady, onClose, resultOf } = props
  const { call } = useSession()
  const [state, setState] = useState<{ isRunning: boolean; result?: ReactNode }>({
    isRunning: false,
  })
  const canRun = isReady && !state.isRunning

  async function run(event: FormEvent) {
    event.preventDefault()
    if (!canRun) return
    setState({ isRunning: true })
    try {
      setState({ isRunning: false, result: resultOf(await call(region, what)) })
    } catch (error) {
      const text = refusalOf(asCallError(error))
      setState({ isRunning: false, result: <Alert type="error">{text}</Alert> })
    }
  }

  return (
    <Modal visible size="large" header={title} closeAriaLabel="Close" onDismiss={onClose}>
      <form onSubmit={run}>
        <SpaceBetween size="l">
          {props.children}
          <Commands region={region} calls={[what]} also={also} />
          <div aria-live="polite">{state.result}</div>
          <Box float="right">
            <SpaceBetween direction="horizontal" size="xs">
              <Button variant="link" formAction="none" onClick={onClose}>
                Close
              </Button>
              <Button variant="primary" disabled={!canRun} loading={state.isRunning}>
                {action}
              </Button>
            </SpaceBetween>
          </Box>
        </SpaceBetween>
      </form>
    </Modal>
  )
}
