// Calls a function of a Region with an event, which is shown before and can be edited.
import Alert from '@cloudscape-design/components/alert'
import Box from '@cloudscape-design/components/box'
import FormField from '@cloudscape-design/components/form-field'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import StatusIndicator from '@cloudscape-design/components/status-indicator'
import Textarea from '@cloudscape-design/components/textarea'
import { useState } from 'react'
import { sampleEvent } from '#domain/trigger/sample-event.js'
import type { Members } from '../../../api/client.js'
import { shellWord } from '../../../parts/command-text.js'
import { lagOf } from '../../../parts/format.js'
import { Trial } from '../../../parts/trial.js'
import { type Configured, configuredTriggers } from './lambda-config.js'
import { type TestProps, useTestedRegion } from './tested-region.js'

export function TestTrigger({
  lambdaConfigs,
  ...props
}: TestProps & {
  /** Of each Region. */
  readonly lambdaConfigs: ReadonlyMap<string, unknown>
}) {
  const { pool, onClose } = props
  const { region, field } = useTestedRegion(props)
  const [name, setName] = useState<string>()
  /** What was edited, by Region and trigger. */
  const [edited, setEdited] = useState<Readonly<Record<string, string>>>({})
  const triggers = configuredTriggers(lambdaConfigs.get(region))
  const chosen = triggers.find((trigger) => trigger.name === name) ?? triggers[0]
  const key = `${region} ${chosen?.name}`
  const event = edited[key] ?? sampleText(chosen, region, pool.Id)
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
      also={[
        `printf %s ${shellWord(event)} | twinpool triggers test ` +
          `${shellWord(FunctionArn || 'ARN')} --region ${region} --event /dev/stdin`,
      ]}
      isReady={chosen !== undefined && problem === undefined}
      onClose={onClose}
      resultOf={(output) => <TriggerOutcome output={output} />}
    >
      {field}
      {chosen === undefined ? (
        <Alert type="info">{region} has no function for this pool yet.</Alert>
      ) : (
        <FormField label="Trigger" description="The function is called for real.">
          <Select
            selectedOption={{ value: chosen.name, label: chosen.name, description: chosen.arn }}
            options={triggers.map((trigger) => ({
              value: trigger.name,
              label: trigger.name,
              description: trigger.arn,
            }))}
            onChange={({ detail }) => setName(detail.selectedOption.value)}
          />
        </FormField>
      )}
      <FormField label="Event" description="A sample, to edit." errorText={problem}>
        <Textarea
          rows={14}
          spellcheck={false}
          value={event}
          onChange={({ detail }) => setEdited((all) => ({ ...all, [key]: detail.value }))}
        />
      </FormField>
    </Trial>
  )
}

function sampleText(trigger: Configured | undefined, region: string, poolId: string): string {
  if (trigger === undefined) return ''
  return JSON.stringify(sampleEvent(trigger.name, { ...trigger, region, poolId }), null, 2)
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
