// A message that shows whether messages of this Region arrive.
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import { useState } from 'react'
import type { Members } from '../../../api/client.js'
import type { PoolView } from '../../../api/pools.js'
import { shellWord } from '../../../parts/command-text.js'
import { Trial } from '../../../parts/trial.js'

export interface TestProps {
  readonly pool: PoolView
  readonly region: string
  readonly onClose: () => void
}

export function TestMessage({ pool, region, onClose }: TestProps) {
  const [to, setTo] = useState('')
  const Destination = to.trim()
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
      also={[`twinpool messages test ${shellWord(Destination)} --user-pool-id ${pool.Id}`]}
      isReady={Destination !== ''}
      onClose={onClose}
      resultOf={(output) => <MessageOutcome output={output} />}
    >
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
