// A change, in a dialog: what is asked, the command that does the same, and a button. A change that
// destroys something asks for a word to be typed. While it runs the dialog stays, and when it is
// refused the dialog says why and keeps what was entered.
import Alert, { type AlertProps } from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import Button from '@cloudscape-design/components/button'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Modal from '@cloudscape-design/components/modal'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { CallError, RegionalCall } from '../api/client.js'
import { useSession } from '../api/session.js'
import { asCallError } from '../api/use-calls.js'
import { Commands } from './command.js'
import { useTell } from './notices.js'
import { refusalOf } from './status.js'

export interface ChangeProps {
  readonly title: string
  /** What the button says: "Create group". */
  readonly action: string
  readonly region: string
  /** The calls that make the change, in their order. */
  readonly calls: readonly RegionalCall[]
  /**
   * The same calls from what is there when they are made, where they send back more than what is
   * changed: somebody else may have changed the rest since it was shown. Throws CallError.
   */
  readonly refreshed?: () => Promise<readonly RegionalCall[]>
  /** Commands of `twinpool` that do the same, where the AWS CLI has none. */
  readonly also?: readonly string[]
  /** What is said when it is done: "The group was created". */
  readonly done: string
  /** What must be typed before; for what cannot be undone or hurts users. */
  readonly typed?: string | undefined
  /** Whether the form can be sent. */
  readonly isReady?: boolean
  readonly children?: ReactNode
  readonly onClose: () => void
  /** Called after all calls succeeded, with the last response. */
  readonly onDone?: (output: Readonly<Record<string, unknown>>) => unknown
  /** Called when a call was refused: somebody else may have made the change meanwhile. */
  readonly onRefused?: () => unknown
}

export function Change(props: ChangeProps) {
  const { title, action, region, calls, done, typed, isReady = true, onClose } = props
  const { call } = useSession()
  const tell = useTell()
  const [word, setWord] = useState('')
  const [state, setState] = useState<{ isRunning: boolean; error?: CallError }>({
    isRunning: false,
  })
  const canRun = isReady && !state.isRunning && (typed === undefined || word === typed)

  async function run() {
    if (!canRun) return
    setState({ isRunning: true })
    try {
      let output: Readonly<Record<string, unknown>> = {}
      const made = (await props.refreshed?.()) ?? calls
      for (const each of made) output = await call(each.region ?? region, each)
      await props.onDone?.(output)
      tell.done(done)
      onClose()
    } catch (error) {
      setState({ isRunning: false, error: asCallError(error) })
      props.onRefused?.()
    }
  }

  return (
    <Modal
      visible
      size="large"
      header={title}
      closeAriaLabel="Close"
      onDismiss={() => state.isRunning || onClose()}
      footer={
        <Box float="right">
          <SpaceBetween direction="horizontal" size="xs">
            <Button variant="link" disabled={state.isRunning} onClick={onClose}>
              Cancel
            </Button>
            <Button variant="primary" disabled={!canRun} loading={state.isRunning} onClick={run}>
              {action}
            </Button>
          </SpaceBetween>
        </Box>
      }
    >
      <form
        ref={focusFirst}
        onSubmit={(event) => {
          event.preventDefault()
          void run()
        }}
      >
        <SpaceBetween size="l">
          {props.children}
          {typed !== undefined && (
            <FormField label={<span className="as-typed">{`To confirm, type "${typed}"`}</span>}>
              <Input
                value={word}
                autoComplete={false}
                spellcheck={false}
                onChange={({ detail }) => setWord(detail.value)}
              />
            </FormField>
          )}
          {state.error !== undefined && <Failure of={state.error} />}
          <Commands region={region} calls={calls} also={props.also ?? []} />
        </SpaceBetween>
        {/* Enter sends a form of several fields by its button, and this one's is outside. */}
        <button type="submit" hidden tabIndex={-1} />
      </form>
    </Modal>
  )
}

/** Where people type first. The dialog has given the focus to its own button by then. */
function focusFirst(form: HTMLFormElement | null): void {
  requestAnimationFrame(() => {
    const fields = 'input:not([type=radio], [type=checkbox]), textarea'
    form?.querySelector<HTMLElement>(`:is(${fields}):not(:disabled)`)?.focus()
  })
}

/** A Region that went away in between may have made the change before it did. */
function Failure({ of }: { readonly of: CallError }) {
  const alert = useRef<AlertProps.Ref>(null)
  // The button that had the focus was off while the change ran, and lost it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each failure is news.
  useEffect(() => alert.current?.focus(), [of])
  return of.isUnreachable ? (
    <Alert
      ref={alert}
      type="warning"
      header={of.isUnanswered ? 'There was no answer' : 'It failed'}
    >
      {of.message} It may have been done or not: look when it responds again.
    </Alert>
  ) : (
    <Alert ref={alert} type="error" header="It was refused">
      {refusalOf(of)}
    </Alert>
  )
}
