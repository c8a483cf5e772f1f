// Trying what a Region has of its own: a message, a function, an event of the log.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import FormField from '@cloudscape-design/components/form-field'
import Input from '@cloudscape-design/components/input'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import type { Call, Members } from '../../api/client.js'
import type { PoolView } from '../../api/pools.js'
import { useRegionTitle } from '../../api/session.js'
import { Trial } from '../../parts/trial.js'
import { triggersIn } from './regional-settings.js'
import { sampleEvent } from './sample-event.js'

interface TestProps {
  readonly pool: PoolView
  /** Those that respond; the one to try is usually not the primary. */
  readonly regions: readonly string[]
  readonly onClose: () => void
}

const twinpool = (operation: string, input: Members): Call => ({
  service: 'twinpool',
  operation,
  input,
})

function useRegion({ pool, regions }: TestProps) {
  const other = regions.find((region) => region !== pool.PrimaryRegion)
  return useState(other ?? regions[0] ?? pool.PrimaryRegion)
}

function RegionField({
  regions,
  region,
  onChange,
}: {
  readonly regions: readonly string[]
  readonly region: string
  readonly onChange: (region: string) => void
}) {
  const titleOf = useRegionTitle()
  return (
    <FormField label="Region">
      <Select
        selectedOption={{ value: region, label: titleOf(region) }}
        options={regions.map((name) => ({ value: name, label: titleOf(name) }))}
        onChange={({ detail }) => onChange(detail.selectedOption.value ?? region)}
      />
    </FormField>
  )
}

export function TestMessage({
  medium,
  ...props
}: TestProps & { readonly medium: 'email' | 'text' }) {
  const { pool, regions, onClose } = props
  const [region, setRegion] = useRegion(props)
  const [to, setTo] = useState('')
  const Destination = to.trim()
  const isEmail = medium === 'email'
  const isReady = isEmail ? /^\S+@\S+$/.test(Destination) : /^\+\d{6,}$/.test(Destination)
  return (
    <Trial
      title={isEmail ? 'Send a test email' : 'Send a test text message'}
      action="Send message"
      region={region}
      call={twinpool('SendTestMessage', { UserPoolId: pool.Id, Destination })}
      also={[`twinpool messages test ${Destination || 'DESTINATION'} --user-pool-id ${pool.Id}`]}
      isReady={isReady}
      onClose={onClose}
      resultOf={messageResult}
    >
      <RegionField regions={regions} region={region} onChange={setRegion} />
      <FormField
        label={isEmail ? 'Email address' : 'Telephone number'}
        description="The message bears no code and names no user."
      >
        <Input
          autoFocus
          value={to}
          placeholder={isEmail ? 'you@example.com' : '+12065550100'}
          onChange={({ detail }) => setTo(detail.value)}
        />
      </FormField>
    </Trial>
  )
}

function messageResult({ RegionName, Outcome, Reason }: Members) {
  switch (Outcome) {
    case 'DELIVERED':
      return <Alert type="success">{`${RegionName} sent it; it was taken.`}</Alert>
    case 'OUTBOX':
      return (
        <Alert type="info">
          {`${RegionName} put it into its outbox: nothing is set up to send messages there.`}
        </Alert>
      )
    default:
      return <Alert type="error">{`It was not delivered: ${Reason ?? Outcome}`}</Alert>
  }
}

export function TestTrigger({
  configs,
  ...props
}: TestProps & { readonly configs: ReadonlyMap<string, unknown> }) {
  const { pool, regions, onClose } = props
  const [region, setRegion] = useRegion(props)
  const [named, setNamed] = useState<string>()
  const [events, setEvents] = useState<Readonly<Record<string, string>>>({})
  const functions = triggersIn(configs.get(region))
  const found = functions.find(({ trigger }) => trigger === named) ?? functions[0]
  const key = `${region} ${found?.trigger}`
  const event = events[key] ?? sampleEvent(found?.trigger ?? '', { region, poolId: pool.Id })
  return (
    <Trial
      title="Call a function"
      action="Call function"
      region={region}
      call={twinpool('TestTrigger', { FunctionArn: found?.arn, Event: event })}
      also={[`twinpool triggers test ${found?.arn ?? 'ARN'} --event event.json`]}
      isReady={found !== undefined && isJson(event)}
      onClose={onClose}
      resultOf={triggerResult}
    >
      <RegionField regions={regions} region={region} onChange={setRegion} />
      <FormField
        label="Function"
        errorText={functions.length === 0 && `The user pool has no triggers in ${region}.`}
      >
        <Select
          selectedOption={found ? { value: found.trigger, label: found.trigger } : null}
          options={functions.map(({ trigger, arn }) => ({
            value: trigger,
            label: trigger,
            description: arn,
          }))}
          empty="None"
          onChange={({ detail }) => setNamed(detail.selectedOption.value)}
        />
      </FormField>
      <FormField
        label="Event"
        description="A sample. The function is called for real and does what it does."
        errorText={!isJson(event) && 'This is not JSON.'}
      >
        <Textarea
          rows={10}
          spellcheck={false}
          value={event}
          onChange={({ detail }) => setEvents((all) => ({ ...all, [key]: detail.value }))}
        />
      </FormField>
    </Trial>
  )
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function triggerResult({ Outcome, Payload, Message, DurationMilliseconds: ms }: Members) {
  if (Outcome === 'RETURNED') {
    return (
      <Alert type="success" header={`It returned after ${ms} ms`}>
        <Box variant="pre">
          <span className="wrap">{String(Payload)}</span>
        </Box>
      </Alert>
    )
  }
  const header = Outcome === 'THREW' ? `It threw after ${ms} ms` : 'It could not be called'
  return (
    <Alert type="error" header={header}>
      {String(Message)}
    </Alert>
  )
}

export function TestLogEvent(props: TestProps) {
  const { pool, regions, onClose } = props
  const [region, setRegion] = useRegion(props)
  return (
    <Trial
      title="Send a test event"
      action="Send event"
      region={region}
      call={twinpool('SendTestLogEvent', { UserPoolId: pool.Id })}
      also={[]}
      isReady
      onClose={onClose}
      resultOf={logResult}
    >
      <RegionField regions={regions} region={region} onChange={setRegion} />
      <Box>It goes to each destination that the user pool has in this Region, and is marked.</Box>
    </Trial>
  )
}

interface LogResult {
  readonly EventSource: string
  readonly Destination: string
  readonly Result: 'DELIVERED' | 'FAILED'
  readonly Reason?: string
}

function logResult({ Results }: Members) {
  const results = (Results ?? []) as readonly LogResult[]
  if (results.length === 0) {
    return <Alert type="info">The user pool exports no logs in this Region.</Alert>
  }
  return (
    <SpaceBetween size="xs">
      {results.map(({ EventSource, Destination, Result, Reason }) => (
        <StatusIndicator
          key={EventSource}
          type={Result === 'DELIVERED' ? 'success' : 'error'}
          wrapText
        >
          {EventSource} to {Destination}:{' '}
          {Result === 'DELIVERED' ? 'delivered' : (Reason ?? 'failed')}
        </StatusIndicator>
      ))}
    </SpaceBetween>
  )
}
