// Calls a function of this Region with an event, which is shown before and can be edited.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import type { Structure } from '#domain/settings/resent.js'
import { sampleEvent } from '#domain/trigger/sample-event.js'
import type { Members } from '../../../api/client.js'
import { shellWord } from '../../../parts/command-text.js'
import { lagOf } from '../../../parts/format.js'
import { Trial } from '../../../parts/trial.js'
import { type Configured, configuredTriggers } from './lambda-config.js'
import type { TestProps } from './test-message.js'

export function TestTrigger({
  pool,
  region,
  values,
  onClose,
}: TestProps & { readonly values: Structure }) {
  const triggers = configuredTriggers(values)
  const eventOf = (trigger: Configured | undefined) =>
    trigger === undefined
      ? ''
      : JSON.stringify(sampleEvent(trigger.name, { ...trigger, region, poolId: pool.Id }), null, 2)
  const [chosen, setChosen] = useState(triggers[0])
  const [event, setEvent] = useState(() => eventOf(triggers[0]))
  const problem = jsonProblem(event)
  const FunctionArn = chosen?.arn ?? ''
  return (
    <Trial
      title={`Test a trigger of ${region}`}
      action="Call the function"
      region={region}
      call={{
        service: 'twinpool',
        operation: 'TestTrigger',
        input: { FunctionArn, Event: event },
      }}
      also={[`twinpool triggers test ${shellWord(FunctionArn)} --event event.json`]}
      isReady={chosen !== undefined && problem === undefined}
      onClose={onClose}
      resultOf={(output) => <TriggerOutcome output={output} />}
    >
      {chosen === undefined ? (
        <Alert type="info">{region} has no function for this pool yet.</Alert>
      ) : (
        <FormField label="Trigger" description="The function is called for real.">
          <Select
            selectedOption={{ value: chosen.name, label: chosen.name, description: chosen.arn }}
            options={triggers.map(({ name, arn }) => ({
              value: name,
              label: name,
              description: arn,
            }))}
            onChange={({ detail }) => {
              const trigger = triggers.find(({ name }) => name === detail.selectedOption.value)
              setChosen(trigger)
              setEvent(eventOf(trigger))
            }}
          />
        </FormField>
      )}
      <FormField label="Event" description="A sample, to edit." errorText={problem}>
        <Textarea
          rows={14}
          spellcheck={false}
          value={event}
          onChange={({ detail }) => setEvent(detail.value)}
        />
      </FormField>
    </Trial>
  )
}

function jsonProblem(text: string): string | undefined {
  if (text === '') return undefined
  try {
    JSON.parse(text)
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : 'This is not JSON.'
  }
}

function TriggerOutcome({ output }: { readonly output: Members }) {
  const { Outcome, Message, Payload, DurationMilliseconds } = output
  const duration = lagOf(DurationMilliseconds)
  if (Outcome !== 'RETURNED') {
    const what = Outcome === 'THREW' ? 'The function threw' : 'It could not be called'
    return (
      <StatusIndicator type="error">
        {what} after {duration}: {String(Message ?? '')}
      </StatusIndicator>
    )
  }
  return (
    <SpaceBetween size="xs">
      <StatusIndicator>It returned after {duration}</StatusIndicator>
      <Box variant="code">
        <span className="lines">{indented(String(Payload ?? ''))}</span>
      </Box>
    </SpaceBetween>
  )
}

function indented(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, 2)
  } catch {
    return payload
  }
}
