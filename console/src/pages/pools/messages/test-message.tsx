// A message that shows whether messages of a Region arrive.
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useState } from 'react'
import type { Members } from '../../../api/client.js'
import { shellWord } from '../../../parts/command-text.js'
import { Trial } from '../../../parts/trial.js'
import { type TestProps, useTestedRegion } from './tested-region.js'

export function TestMessage(props: TestProps) {
  const { pool, onClose } = props
  const { region, field } = useTestedRegion(props)
  const [to, setTo] = useState('')
  const Destination = to.trim()
  const word = shellWord(Destination || 'DESTINATION')
  return (
    <Trial
      title={`Send a test message from ${region}`}
      action="Send message"
      region={region}
      call={{
        service: 'twinpool',
        operation: 'SendTestMessage',
        input: { UserPoolId: pool.Id, Destination },
      }}
      also={[`twinpool messages test ${word} --user-pool-id ${pool.Id} --region ${region}`]}
      isReady={Destination !== ''}
      onClose={onClose}
      resultOf={(output) => <MessageOutcome output={output} />}
    >
      {field}
      <FormField
        label="To"
        description="An email address, or a number with its country. It bears no code."
      >
        <Input
          value={to}
          spellcheck={false}
          placeholder="jane@example.com or +12065550100"
          onChange={({ detail }) => setTo(detail.value)}
        />
      </FormField>
    </Trial>
  )
}

function MessageOutcome({ output }: { readonly output: Members }) {
  const { Outcome, Reason, Medium } = output
  switch (Outcome) {
    case 'DELIVERED':
      return <StatusIndicator>The sender took the message ({String(Medium)})</StatusIndicator>
    case 'OUTBOX':
      return (
        <StatusIndicator type="info">
          There is no real sender: the message is in the outbox of this Region
        </StatusIndicator>
      )
    case 'NO_POOL':
      return <StatusIndicator type="error">This Region does not have the pool</StatusIndicator>
    default:
      return (
        <StatusIndicator type="error">
          Not delivered: {String(Reason ?? Outcome ?? 'for an unknown reason')}
        </StatusIndicator>
      )
  }
}
