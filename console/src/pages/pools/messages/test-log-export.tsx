// An event that shows whether what a Region exports arrives.
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import type { Members } from '../../../api/client.js'
import { Trial } from '../../../parts/trial.js'
import { type TestProps, useTestedRegion } from './tested-region.js'

export function TestLogExport(props: TestProps) {
  const { pool, onClose } = props
  const { region, field } = useTestedRegion(props)
  return (
    <Trial
      title={`Send a test event from ${region}`}
      action="Send event"
      region={region}
      call={{
        service: 'twinpool',
        operation: 'SendTestLogEvent',
        input: { UserPoolId: pool.Id },
      }}
      also={[`twinpool logs test --pool ${pool.Id} --region ${region}`]}
      isReady
      onClose={onClose}
      resultOf={(output) => <LogResults output={output} />}
    >
      {field}
      An event is sent to each destination that this Region has for the pool.
    </Trial>
  )
}

interface LogResult {
  readonly EventSource: string
  readonly Destination: string
  readonly Result: string
  readonly Reason?: string
}

function LogResults({ output }: { readonly output: Members }) {
  const results = (output['Results'] ?? []) as readonly LogResult[]
  if (results.length === 0)
    return <StatusIndicator type="info">Nothing is exported</StatusIndicator>
  return results.map(({ EventSource, Destination, Result, Reason }) => (
    <div key={EventSource} className="wrap">
      <StatusIndicator type={Result === 'DELIVERED' ? 'success' : 'error'}>
        {EventSource} to {Destination}: {Result}
        {Reason !== undefined && `, ${Reason}`}
      </StatusIndicator>
    </div>
  ))
}
